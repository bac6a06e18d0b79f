package io.tiercel.rules.event;

import java.util.Arrays;
import java.util.Collection;
import java.util.TreeSet;

/** An immutable set of event types. */
public final class EventTypeSet {
    private static final EventTypeSet NONE = new EventTypeSet(new long[(EventTypes.count() + 63) / 64]);
    private static final EventTypeSet ALL = NONE.complement();

    private final long[] words;

    private EventTypeSet(long[] words) {
        this.words = words;
    }

    /** Returns the set of all event types. */
    public static EventTypeSet all() {
        return ALL;
    }

    /** Returns the empty set. */
    public static EventTypeSet none() {
        return NONE;
    }

    /** Returns the set of event types with the given codes. */
    public static EventTypeSet of(int... codes) {
        long[] words = NONE.words.clone();
        for (int code : codes) {
            words[code >> 6] |= 1L << code;
        }
        return new EventTypeSet(words);
    }

    /**
     * Returns the set of event types with the given names.
     *
     * @throws IllegalArgumentException if a name is unknown
     */
    public static EventTypeSet ofNames(Collection<String> names) {
        return of(names.stream()
                .mapToInt(name -> {
                    int code = EventTypes.code(name);
                    if (code < 0) {
                        throw new IllegalArgumentException("unknown event type " + name);
                    }
                    return code;
                })
                .toArray());
    }

    public boolean contains(int code) {
        return (words[code >> 6] & 1L << code) != 0;
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    public boolean isAll() {
        return size() == EventTypes.count();
    }

    public int size() {
        return Arrays.stream(words).mapToInt(Long::bitCount).sum();
    }

    public EventTypeSet union(EventTypeSet other) {
        long[] result = words.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] |= other.words[i];
        }
        return new EventTypeSet(result);
    }

    public EventTypeSet intersection(EventTypeSet other) {
        long[] result = words.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] &= other.words[i];
        }
        return new EventTypeSet(result);
    }

    public EventTypeSet complement() {
        long[] result = new long[words.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = ~words[i];
        }
        int rest = EventTypes.count() & 63;
        if (rest != 0) {
            result[result.length - 1] &= (1L << rest) - 1;
        }
        return new EventTypeSet(result);
    }

    /** Returns the codes in ascending order. */
    public int[] codes() {
        int[] result = new int[size()];
        int n = 0;
        for (int i = 0; i < words.length; i++) {
            for (long left = words[i]; left != 0; left &= left - 1) {
                result[n++] = i * Long.SIZE + Long.numberOfTrailingZeros(left);
            }
        }
        return result;
    }

    /** Returns the names in alphabetical order. */
    public TreeSet<String> names() {
        TreeSet<String> names = new TreeSet<>();
        for (int code : codes()) {
            names.add(EventTypes.name(code));
        }
        return names;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof EventTypeSet other && Arrays.equals(words, other.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return isAll() ? "all" : names().toString();
    }
}
