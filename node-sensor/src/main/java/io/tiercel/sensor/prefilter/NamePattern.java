package io.tiercel.sensor.prefilter;

/**
 * A prefix or suffix that a file name is compared with.
 *
 * @param text bytes of the pattern; reversed for a suffix
 * @param whole true if the name must end after the text
 * @param exact true if every name that matches the pattern satisfies the check
 */
record NamePattern(String text, boolean whole, boolean exact) {
    /** Returns a less specific pattern of at most {@code depth} bytes. */
    NamePattern truncate(int depth) {
        return text.length() <= depth ? this : new NamePattern(text.substring(0, depth), false, false);
    }
}
