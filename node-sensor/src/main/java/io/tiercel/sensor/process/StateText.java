package io.tiercel.sensor.process;

import org.jspecify.annotations.Nullable;

/** A byte string of processes, such as the arguments of a program: one character per byte. */
final class StateText extends DroppableState {
    /** The empty text, which costs nothing. */
    static final StateText EMPTY = constant("");

    /** Bytes of this object, the string and the header of its array. */
    private static final int OVERHEAD = 64;

    private final long bytes;
    private final boolean droppable;
    private @Nullable String value;

    private StateText(String value, long bytes, boolean droppable) {
        this.value = value;
        this.bytes = bytes;
        this.droppable = droppable;
    }

    /** Returns a text that costs nothing and is never dropped. */
    static StateText constant(String value) {
        return new StateText(value, 0, false);
    }

    /** Returns a text that can be dropped. */
    static StateText of(String value) {
        return of(value, 0);
    }

    /** Returns a text that can be dropped, and that holds some bytes more in caches. */
    static StateText of(String value, int cachedBytes) {
        return value.isEmpty() ? EMPTY : new StateText(value, OVERHEAD + value.length() + cachedBytes, true);
    }

    /** Returns the path of a directory with a trailing slash, which can be dropped. */
    static StateText ofDirectory(String path) {
        return of(path.endsWith("/") ? path : path + "/");
    }

    /** Returns a text that is kept as long as its processes. */
    static StateText kept(String value) {
        return value.isEmpty() ? EMPTY : new StateText(value, OVERHEAD + value.length(), false);
    }

    /** Returns the text; null if it was dropped. */
    @Nullable
    String value() {
        return value;
    }

    /** Returns the text; empty if it was dropped. */
    String orEmpty() {
        String text = value;
        return text == null ? "" : text;
    }

    boolean isDropped() {
        return value == null;
    }

    /** Returns true unless both texts are known and differ. */
    boolean mayEqual(StateText other) {
        return value == null || other.value == null || value.equals(other.value);
    }

    @Override
    long bytes() {
        return bytes;
    }

    @Override
    boolean isDroppable() {
        return droppable;
    }

    @Override
    void drop() {
        value = null;
    }
}
