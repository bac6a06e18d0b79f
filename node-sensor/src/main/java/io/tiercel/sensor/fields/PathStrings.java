package io.tiercel.sensor.fields;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Joins and cleans paths as Falco does, without access to the file system. */
final class PathStrings {
    private static final Pattern PROCESS = Pattern.compile("self|thread-self|[0-9]+");

    private PathStrings() {}

    /** Returns an absolute path unchanged, and a relative path joined to the base and cleaned. */
    static String absolute(String base, String path) {
        return path.startsWith("/") ? path : clean(base + "/" + path);
    }

    /** Removes duplicate slashes, {@code .}, and {@code ..} with the component before it. */
    static String clean(String path) {
        if (isClean(path)) {
            return path;
        }
        boolean rooted = path.startsWith("/");
        StringBuilder out = new StringBuilder(path.length() + 1);
        for (int from = 0; from < path.length(); ) {
            int to = path.indexOf('/', from);
            if (to < 0) {
                to = path.length();
            }
            int n = to - from;
            if (n == 2 && path.startsWith("..", from)) {
                int last = out.lastIndexOf("/");
                out.setLength(Math.max(last, 0));
            } else if (n > 0 && !(n == 1 && path.charAt(from) == '.')) {
                if (rooted || !out.isEmpty()) {
                    out.append('/');
                }
                out.append(path, from, to);
            }
            from = to + 1;
        }
        return out.isEmpty() && rooted ? "/" : out.toString();
    }

    /**
     * Resolves an absolute path that leads through the root or working directory of a process, such as {@code /proc/self/root}. The root
     * of another process counts as that of the path's own.
     *
     * @param cwdOf returns the working directory of a process by its name in {@code /proc}; null if it is unknown
     * @return the path that it leads to, cleaned; null if it does not lead through a process
     */
    static @Nullable String throughProc(String path, Function<String, @Nullable String> cwdOf) {
        if (!path.startsWith("/") || !path.contains("proc/")) {
            return null;
        }
        List<String> components = new ArrayList<>();
        boolean resolved = false;
        for (String component : path.split("/")) {
            if (component.equals("..")) {
                if (!components.isEmpty()) {
                    components.removeLast();
                }
            } else if (!component.isEmpty() && !component.equals(".")) {
                components.add(component);
            }
            if (component.equals("root") && isOfProcess(components)) {
                resolved = true;
                components.clear();
            } else if (component.equals("cwd") && isOfProcess(components)) {
                String cwd = cwdOf.apply(components.get(1));
                if (cwd != null) {
                    resolved = true;
                    components.clear();
                    Arrays.stream(cwd.split("/")).filter(c -> !c.isEmpty()).forEach(components::add);
                }
            }
        }
        return resolved ? "/" + String.join("/", components) : null;
    }

    /** Returns true for a member of the folder of a process or thread in {@code /proc}. */
    private static boolean isOfProcess(List<String> components) {
        int size = components.size();
        return (size == 3 || size == 5 && components.get(2).equals("task"))
                && components.getFirst().equals("proc")
                && PROCESS.matcher(components.get(1)).matches();
    }

    /** Removes duplicate slashes. */
    static String collapseSlashes(String path) {
        if (!path.contains("//")) {
            return path;
        }
        StringBuilder out = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) != '/' || i == 0 || path.charAt(i - 1) != '/') {
                out.append(path.charAt(i));
            }
        }
        return out.toString();
    }

    /** Returns the part before the last slash; the whole path if it ends with a slash. */
    static String directory(String path) {
        int slash = path.lastIndexOf('/');
        if (slash == path.length() - 1 && slash >= 0) {
            return path;
        }
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    /** Returns the part after the last slash; the whole path if it ends with a slash. */
    static String fileName(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            return "/";
        }
        return slash == path.length() - 1 ? path : path.substring(slash + 1);
    }

    private static boolean isClean(String path) {
        int n = path.length();
        if (n == 0 || path.charAt(0) != '/') {
            return false;
        }
        for (int i = 1; i < n; i++) {
            char c = path.charAt(i);
            if (path.charAt(i - 1) == '/' && (c == '/' || c == '.')) {
                return false;
            }
        }
        return n == 1 || path.charAt(n - 1) != '/';
    }
}
