package io.tiercel.rules.match;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of path prefixes, part by part: {@code /var/run} covers {@code /var/run/x} and not {@code /var/runner}. Slashes at
 * the ends and doubled ones do not matter; a part with {@code ? * [} is a glob for that one part; a prefix without parts
 * covers everything.
 */
public final class PathPrefixes {
    private final List<List<Part>> prefixes;

    private PathPrefixes(List<List<Part>> prefixes) {
        this.prefixes = prefixes;
    }

    public static PathPrefixes of(List<String> paths) {
        List<List<Part>> prefixes = new ArrayList<>();
        for (String path : paths) {
            List<Part> parts = new ArrayList<>();
            for (String part : path.split("/")) {
                if (!part.isEmpty()) {
                    parts.add(new Part(part, Glob.isPattern(part) ? Glob.of(part, false) : null));
                }
            }
            prefixes.add(List.copyOf(parts));
        }
        return new PathPrefixes(List.copyOf(prefixes));
    }

    /** Whether some prefix covers the path. */
    public boolean cover(String path) {
        for (int i = 0; i < prefixes.size(); i++) {
            if (covers(prefixes.get(i), path)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The prefixes, up to the first part of each that is a glob.
     *
     * @param text parts behind slashes, and behind them, if it is not whole, a slash and what the glob's values begin with
     */
    public record Beginning(String text, boolean whole) {}

    /** What a clean absolute path that some prefix covers begins with; a whole one covers what goes on with a slash or ends. */
    public List<Beginning> beginnings() {
        return prefixes.stream().map(PathPrefixes::beginning).toList();
    }

    private static Beginning beginning(List<Part> prefix) {
        StringBuilder text = new StringBuilder();
        for (Part part : prefix) {
            text.append('/');
            if (part.glob != null) {
                return new Beginning(text + part.glob.beginning(), false);
            }
            text.append(part.text);
        }
        return new Beginning(text.toString(), true);
    }

    private static boolean covers(List<Part> prefix, String path) {
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

    private record Part(String text, @Nullable Glob glob) {
        boolean matches(String path, int from, int to) {
            return glob != null
                    ? glob.matches(path, from, to)
                    : to - from == text.length() && path.startsWith(text, from);
        }
    }
}
