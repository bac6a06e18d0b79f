package io.tiercel.rules.load;

import io.tiercel.rules.load.Definitions.ListDefinition;
import io.tiercel.rules.load.SourceMappedText.Origin;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Replaces the names of lists in conditions with their items.
 *
 * <p>Falco substitutes in the text of the condition, one list after another in the order of definition. Items of a list
 * can therefore name later lists, but not earlier ones. This class does the same in one pass over the words of the
 * text, with two differences. Names in quoted strings are not replaced, and the size is limited.
 *
 * <p>Substitution in the text, instead of in the syntax tree, gives the same results as Falco for unusual items. The
 * item {@code a,b} becomes two values, {@code a=b} is an error, and {@code "a=b"} in its own quotes is one value.
 */
final class ListSubstitution {
    /** Maximum total length of all conditions after substitution, in chars. */
    static final int MAX_TEXT = 32 << 20;
    /** Maximum number of replaced names in all conditions. */
    private static final int MAX_NAMES = 500_000;
    /** Maximum nesting depth of lists. */
    private static final int MAX_DEPTH = 200;

    private static final int NO_LIMIT = Integer.MAX_VALUE;

    /**
     * The items of a list as text for a condition.
     *
     * @param order position in the order of definition
     * @param plain whether no word of the text is the name of a later list
     */
    private record Expanded(int order, String name, String text, boolean plain) {}

    /** Unread text. Only lists whose order is greater than {@code after} are replaced in it. */
    private static final class Frame {
        final String text;
        final int after;
        final Origin origin;
        int at;

        Frame(String text, int after, Origin origin) {
            this.text = text;
            this.after = after;
            this.origin = origin;
        }
    }

    private final Map<String, Expanded> lists = new HashMap<>();
    private final Set<String> used = new HashSet<>();
    private long size;
    private int names;

    private ListSubstitution() {}

    /** Takes a snapshot of the lists. An item that names an earlier list is replaced by the items of that list. */
    static ListSubstitution of(Definitions definitions) throws RuleLoadException {
        ListSubstitution substitution = new ListSubstitution();
        Collection<ListDefinition> lists = definitions.lists();
        int order = 0;
        for (ListDefinition list : lists) {
            StringBuilder text = new StringBuilder();
            for (String item : list.items()) {
                ListDefinition inner = definitions.list(item);
                if (inner != null && inner.first() < list.changed()) {
                    substitution.used.add(inner.name());
                    for (String innerItem : inner.items()) {
                        append(text, innerItem, list);
                    }
                } else {
                    append(text, item, list);
                }
            }
            substitution.lists.put(list.name(), new Expanded(order++, list.name(), text.toString(), false));
        }
        substitution.lists.replaceAll((name, list) -> substitution.withPlainFlag(list));
        return substitution;
    }

    /** Sets the plain flag of a list if it applies. Plain lists are copied without scanning their items. */
    private Expanded withPlainFlag(Expanded list) {
        String text = list.text();
        for (int at = 0; at < text.length(); ) {
            int end = tokenEnd(text, at);
            Expanded other = end - at > 1 || !isDelimiter(text.charAt(at)) ? lists.get(text.substring(at, end)) : null;
            if (other != null && other.order() > list.order()) {
                return list;
            }
            at = end;
        }
        return new Expanded(list.order(), list.name(), text, true);
    }

    private static void append(StringBuilder text, String item, ListDefinition list) throws RuleLoadException {
        text.append(text.isEmpty() ? "" : ", ").append(ExceptionExpander.quoted(item));
        if (text.length() > MAX_TEXT) {
            throw tooLarge(list.position());
        }
    }

    boolean used(String list) {
        return used.contains(list);
    }

    /** Returns the condition with all list names replaced. */
    SourceMappedText substitute(SourceMappedText condition) throws RuleLoadException {
        if (lists.isEmpty()) {
            size += condition.text().length();
            if (size > MAX_TEXT) {
                throw tooLarge(condition.at(0));
            }
            return condition;
        }
        List<Frame> start = new ArrayList<>();
        condition.forEachSegment(
                (from, to, origin) -> start.add(new Frame(condition.text().substring(from, to), -1, origin)));
        return new Substitution(start, condition).run();
    }

    /** Substitution in one condition. */
    private final class Substitution {
        private final Deque<Frame> frames = new ArrayDeque<>();
        private final SourceMappedText.Builder out = new SourceMappedText.Builder();
        private final SourceMappedText condition;
        private boolean dropComma;
        private boolean skipSpace;

        Substitution(List<Frame> start, SourceMappedText condition) {
            start.reversed().forEach(frames::push);
            this.condition = condition;
        }

        SourceMappedText run() throws RuleLoadException {
            while (!frames.isEmpty()) {
                Frame frame = frames.peek();
                if (frame.at >= frame.text.length()) {
                    frames.pop();
                } else {
                    step(frame);
                }
            }
            size += out.length();
            return out.build();
        }

        private void step(Frame frame) throws RuleLoadException {
            char c = frame.text.charAt(frame.at);
            if (skipSpace && isSpace(c)) {
                frame.at++;
                return;
            }
            if (dropComma && c == ',') {
                dropComma = false;
                frame.at++;
                return;
            }
            dropComma = false;
            skipSpace = false;
            int end = tokenEnd(frame.text, frame.at);
            String token = frame.text.substring(frame.at, end);
            Expanded list = lists.get(token);
            if (list != null && list.order() > frame.after) {
                Origin origin = frame.origin instanceof Origin.Scalar ? new Origin.Pinned(origin(frame)) : frame.origin;
                frame.at = end;
                substitute(list, origin);
            } else {
                copy(frame, token, end);
            }
        }

        private void substitute(Expanded list, Origin origin) throws RuleLoadException {
            used.add(list.name());
            if (++names > MAX_NAMES
                    || frames.size() > MAX_DEPTH
                    || size + out.length() + list.text().length() > MAX_TEXT) {
                throw tooLarge(origin.at(0));
            }
            out.trimSpace();
            if (list.text().isEmpty() && out.endsWith(',')) {
                out.dropLast();
            } else if (list.text().isEmpty()) {
                dropComma = true;
            }
            appendSpace(origin);
            if (!list.text().isEmpty()) {
                frames.push(new Frame(" ", NO_LIMIT, origin));
                if (list.plain()) {
                    out.append(list.text(), origin);
                } else {
                    frames.push(new Frame(list.text(), list.order(), origin));
                }
            }
            skipSpace = list.text().isEmpty();
        }

        private void appendSpace(Origin origin) {
            if (out.length() > 0) {
                out.append(" ", origin);
            }
        }

        private void copy(Frame frame, String token, int end) throws RuleLoadException {
            out.append(token, origin(frame));
            frame.at = end;
            if (size + out.length() > MAX_TEXT) {
                throw tooLarge(condition.at(0));
            }
        }

        private Origin origin(Frame frame) {
            return frame.origin.from(frame.at);
        }
    }

    /** Returns the end of the token at a position: a quoted string, a delimiter, white space, or a word. */
    private static int tokenEnd(String text, int from) {
        char c = text.charAt(from);
        int at = from + 1;
        if (c == '"' || c == '\'') {
            while (at < text.length()) {
                char next = text.charAt(at++);
                if (next == '\\') {
                    at++;
                } else if (next == c) {
                    return Math.min(at, text.length());
                }
            }
            return text.length();
        }
        if (isDelimiter(c)) {
            return at;
        }
        if (isSpace(c)) {
            while (at < text.length() && isSpace(text.charAt(at))) {
                at++;
            }
            return at;
        }
        while (at < text.length() && !isSpace(text.charAt(at)) && !isDelimiter(text.charAt(at))) {
            at++;
        }
        return at;
    }

    static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private static boolean isDelimiter(char c) {
        return c == '(' || c == ')' || c == ',' || c == '=';
    }

    private static RuleLoadException tooLarge(SourcePosition position) {
        return position.invalidDefinition(
                "the conditions are too large after list substitution (maximum: " + (MAX_TEXT >> 20) + " MiB, "
                        + MAX_NAMES + " list names, " + MAX_DEPTH + " nested lists)",
                "use smaller lists, or use them in fewer conditions and macros");
    }
}
