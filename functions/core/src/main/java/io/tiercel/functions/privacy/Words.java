package io.tiercel.functions.privacy;

/** Boundaries of words. */
final class Words {
    private Words() {}

    /** Returns whether a part of a text is not a part of a longer word: no letter or digit precedes or follows it. */
    static boolean isWhole(String text, int start, int end) {
        return !(start > 0 && isPart(text.codePointBefore(start)) && isPart(text.codePointAt(start)))
                && !(end < text.length() && isPart(text.codePointAt(end)) && isPart(text.codePointBefore(end)));
    }

    private static boolean isPart(int point) {
        return Character.isLetterOrDigit(point);
    }
}
