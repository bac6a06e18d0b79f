package io.tiercel.rules.compile;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * A set of strings that is optimized for lookups of absent strings. A bit filter on length, last char and middle char
 * rejects most of them before the string is hashed.
 */
final class FilteredStringSet {
    /** Filter bits per string. About one in eight absent strings passes the filter. */
    private static final int BITS_PER_TEXT = 8;

    private final Set<String> texts = new HashSet<>();
    private final long[] filter;
    private final int mask;

    FilteredStringSet(Collection<String> listed) {
        int bits = Math.max(64, Integer.highestOneBit(Math.max(1, listed.size()) * BITS_PER_TEXT * 2 - 1));
        this.filter = new long[bits >> 6];
        this.mask = bits - 1;
        for (String text : listed) {
            texts.add(text);
            int key = key(text) & mask;
            filter[key >> 6] |= 1L << key;
        }
    }

    boolean contains(String text) {
        int key = key(text) & mask;
        return (filter[key >> 6] & 1L << key) != 0 && texts.contains(text);
    }

    private static int key(String text) {
        int length = text.length();
        return length == 0 ? 0 : length * 31 + text.charAt(length - 1) * 7 + text.charAt(length >> 1) * 53;
    }
}
