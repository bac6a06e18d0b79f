package io.tiercel.functions.privacy;

/** Boundaries of words in texts. */
final class Words {
    private Words() {}

    /** Returns whether no letter or digit precedes or follows a part of a text. */
    static boolean isWhole(String text, int start, int end) {
        return !(start > 0 && isPart(text.codePointBefore(start)) && isPart(text.codePointAt(start)))
                && !(end < text.length() && isPart(text.codePointAt(end)) && isPart(text.codePointBefore(end)));
    }

    /**
     * Returns whether a part of a text is not a part of a longer name. A dot, a dash or an underscore continues a name if another
     * letter or digit follows it: {@code node-1} is not a part of {@code node-1.example.com}.
     */
    static boolean isWholeName(String text, int start, int end) {
        if (!isWhole(text, start, end)) {
            return false;
        }
        boolean continuedBefore =
                start > 1 && isJoint(text.charAt(start - 1)) && isPart(text.codePointBefore(start - 1));
        boolean continuedAfter =
                end + 1 < text.length() && isJoint(text.charAt(end)) && isPart(text.codePointAt(end + 1));
        return !continuedBefore && !continuedAfter;
    }

    private static boolean isPart(int point) {
        return Character.isLetterOrDigit(point);
    }

    private static boolean isJoint(char c) {
        return c == '.' || c == '-' || c == '_';
    }
}
