package io.tiercel.sensor.prefilter;

/**
 * What a name is compared with from one side.
 *
 * @param text bytes; of an ending back to front
 * @param whole whether the name is no longer than that
 * @param certain whether a name that fits is all that the check asks for
 */
record NamePattern(String text, boolean whole, boolean certain) {
    /** The same for a trie that goes no deeper. */
    NamePattern cut(int depth) {
        return text.length() <= depth ? this : new NamePattern(text.substring(0, depth), false, false);
    }
}
