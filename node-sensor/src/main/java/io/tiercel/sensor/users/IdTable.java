package io.tiercel.sensor.users;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Texts by numeric id, without an object for each. The first text of an id wins. */
final class IdTable {
    private final StringBuilder texts = new StringBuilder();

    /** The id in the upper half and the position of its text in the lower half. */
    private long[] entries = {};

    private int count;
    private boolean sorted = true;
    private int lastId;
    private @Nullable String lastText;

    /** Adds a text, which must not contain a newline. */
    void add(int id, String text) {
        if (count == entries.length) {
            entries = Arrays.copyOf(entries, Math.max(16, 2 * count));
        }
        entries[count++] = key(id) | texts.length();
        texts.append(text).append('\n');
        sorted = false;
        lastText = null;
    }

    /** Returns the first text of an id; null if there is none. Does not allocate if the last call had the same id. */
    @Nullable
    String get(int id) {
        if (lastText == null || lastId != id) {
            int position = position(id);
            lastText = position < 0 ? null : texts.substring(position, texts.indexOf("\n", position));
            lastId = id;
        }
        return lastText;
    }

    boolean contains(int id) {
        return position(id) >= 0;
    }

    /** Returns the size in bytes. */
    long bytes() {
        return texts.capacity() + (long) Long.BYTES * entries.length;
    }

    private int position(int id) {
        if (!sorted) {
            Arrays.sort(entries, 0, count);
            sorted = true;
        }
        int found = Arrays.binarySearch(entries, 0, count, key(id));
        int first = found < 0 ? -found - 1 : found;
        return first < count && entries[first] >> 32 == id ? (int) entries[first] : -1;
    }

    private static long key(int id) {
        return (long) id << 32;
    }
}
