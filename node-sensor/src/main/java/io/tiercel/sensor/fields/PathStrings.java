package io.tiercel.sensor.fields;

/** Joins and cleans paths as Falco does, without access to the file system. */
final class PathStrings {
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
