package io.tiercel.rules.match;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of path prefixes that are compared component by component: {@code /var/run} covers {@code /var/run/x}, but not
 * {@code /var/runner}.
 *
 * <p>Leading, trailing and repeated slashes are ignored. A component with {@code ?}, {@code *} or {@code [} is a glob
 * for that component. A prefix without components covers all paths.
 */
public final class PathPrefixes {
    private final List<List<Component>> prefixes;

    private PathPrefixes(List<List<Component>> prefixes) {
        this.prefixes = prefixes;
    }

    public static PathPrefixes of(List<String> paths) {
        List<List<Component>> prefixes = new ArrayList<>();
        for (String path : paths) {
            List<Component> components = new ArrayList<>();
            for (String component : path.split("/")) {
                if (!component.isEmpty()) {
                    components.add(
                            new Component(component, Glob.isPattern(component) ? Glob.of(component, false) : null));
                }
            }
            prefixes.add(List.copyOf(components));
        }
        return new PathPrefixes(List.copyOf(prefixes));
    }

    /** Returns whether at least one prefix covers the path. */
    public boolean covers(String path) {
        for (int i = 0; i < prefixes.size(); i++) {
            if (covers(prefixes.get(i), path)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The literal part of a prefix, which ends at the first glob component.
     *
     * @param text the literal components, each after a slash. If it is not complete, a slash and the literal prefix
     *     of the glob follow
     * @param complete whether the prefix has no glob component
     */
    public record LiteralPrefix(String text, boolean complete) {}

    /**
     * Returns the literal prefixes. A normalized absolute path is covered only if it starts with one of them. After a
     * complete prefix, the path must end or continue with a slash.
     */
    public List<LiteralPrefix> literalPrefixes() {
        return prefixes.stream().map(PathPrefixes::literalPrefix).toList();
    }

    private static LiteralPrefix literalPrefix(List<Component> prefix) {
        StringBuilder text = new StringBuilder();
        for (Component component : prefix) {
            text.append('/');
            if (component.glob != null) {
                return new LiteralPrefix(text + component.glob.literalPrefix(), false);
            }
            text.append(component.text);
        }
        return new LiteralPrefix(text.toString(), true);
    }

    private static boolean covers(List<Component> prefix, String path) {
        int at = 0;
        for (int i = 0; i < prefix.size(); i++) {
            while (at < path.length() && path.charAt(at) == '/') {
                at++;
            }
            int slash = path.indexOf('/', at);
            int end = slash < 0 ? path.length() : slash;
            if (at == end || !prefix.get(i).matches(path, at, end)) {
                return false;
            }
            at = end;
        }
        return true;
    }

    private record Component(String text, @Nullable Glob glob) {
        boolean matches(String path, int from, int to) {
            return glob != null
                    ? glob.matches(path, from, to)
                    : to - from == text.length() && path.startsWith(text, from);
        }
    }
}
