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
 * Puts the items of lists in the place of their names.
 *
 * <p>Falco substitutes in the condition's text, one list after the other in order of definition, so what a list's items
 * bring in is open to later lists and not to earlier ones. This does the same in one pass over the words of the text, with
 * two differences: names inside quoted strings are left alone, and the size is limited. Working on the text (not on the
 * syntax tree) keeps Falco's results for items that are not one plain value: {@code a,b} becomes two values, {@code a=b}
 * an error, {@code "a=b"} in quotes of its own one value.
 */
final class ListSubstitution {
    /** Limit on the characters of all conditions of a collection after substitution. */
    static final int MAX_TEXT = 32 << 20;
    /** Limit on the names replaced in all conditions of a collection. */
    private static final int MAX_NAMES = 500_000;
    /** Limit on lists inside lists. */
    private static final int MAX_DEPTH = 200;

    private static final int NO_LIMIT = Integer.MAX_VALUE;

    /**
     * A list's items as they are written into a condition.
     *
     * @param order position among the lists
     * @param plain whether no word of the text can be the name of a list that comes later
     */
    private record Expanded(int order, String name, String text, boolean plain) {}

    /** Text still to be read; only lists that come after {@code after} are replaced in it. */
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

    /** Takes the lists as they are now. An item that names a list defined before is replaced by that list's own items. */
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
        substitution.lists.replaceAll((name, list) -> substitution.marked(list));
        return substitution;
    }

    /** The same list, marked as plain if it is: long lists are then written in one go. */
    private Expanded marked(Expanded list) {
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
            throw tooLarge(list.spot());
        }
    }

    boolean used(String list) {
        return used.contains(list);
    }

    SourceMappedText in(SourceMappedText condition) throws RuleLoadException {
        if (lists.isEmpty()) {
            size += condition.text().length();
            if (size > MAX_TEXT) {
                throw tooLarge(condition.at(0));
            }
            return condition;
        }
        List<Frame> start = new ArrayList<>();
        condition.forEachPiece(
                (from, to, origin) -> start.add(new Frame(condition.text().substring(from, to), -1, origin)));
        return new Pass(start, condition).run();
    }

    /** One condition's substitution. */
    private final class Pass {
        private final Deque<Frame> frames = new ArrayDeque<>();
        private final SourceMappedText.Builder out = new SourceMappedText.Builder();
        private final SourceMappedText condition;
        private boolean dropComma;
        private boolean blankPending;

        Pass(List<Frame> start, SourceMappedText condition) {
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
            if (blankPending && isBlank(c)) {
                frame.at++;
                return;
            }
            if (dropComma && c == ',') {
                dropComma = false;
                frame.at++;
                return;
            }
            dropComma = false;
            blankPending = false;
            int end = tokenEnd(frame.text, frame.at);
            String token = frame.text.substring(frame.at, end);
            Expanded list = lists.get(token);
            if (list != null && list.order() > frame.after) {
                Origin place = frame.origin instanceof Origin.Scalar ? new Origin.Pinned(origin(frame)) : frame.origin;
                frame.at = end;
                substitute(list, place);
            } else {
                copy(frame, token, end);
            }
        }

        private void substitute(Expanded list, Origin place) throws RuleLoadException {
            used.add(list.name());
            if (++names > MAX_NAMES
                    || frames.size() > MAX_DEPTH
                    || size + out.length() + list.text().length() > MAX_TEXT) {
                throw tooLarge(place.at(0));
            }
            out.trimBlanks();
            if (list.text().isEmpty() && out.endsWith(',')) {
                out.dropLast();
            } else if (list.text().isEmpty()) {
                dropComma = true;
            }
            blank(place);
            if (!list.text().isEmpty()) {
                frames.push(new Frame(" ", NO_LIMIT, place));
                if (list.plain()) {
                    out.append(list.text(), place);
                } else {
                    frames.push(new Frame(list.text(), list.order(), place));
                }
            }
            blankPending = list.text().isEmpty();
        }

        private void blank(Origin place) {
            if (out.length() > 0) {
                out.append(" ", place);
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

    /** End of the token at a place: a quoted string, one delimiter, a run of blanks, or a word. */
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
        if (isBlank(c)) {
            while (at < text.length() && isBlank(text.charAt(at))) {
                at++;
            }
            return at;
        }
        while (at < text.length() && !isBlank(text.charAt(at)) && !isDelimiter(text.charAt(at))) {
            at++;
        }
        return at;
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private static boolean isDelimiter(char c) {
        return c == '(' || c == ')' || c == ',' || c == '=';
    }

    private static RuleLoadException tooLarge(SourcePosition spot) {
        return spot.unfit(
                "with their lists filled in, the conditions are too large (limit: " + (MAX_TEXT >> 20) + " MiB, "
                        + MAX_NAMES + " names of lists, " + MAX_DEPTH + " lists inside lists)",
                "use smaller lists, or name them in fewer conditions and macros");
    }
}
