package io.tiercel.rules.format;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Unmodifiable sorted map with an array of names, which all alerts of a rule share, and an array of values. */
final class SortedFieldMap extends AbstractMap<String, @Nullable Object>
        implements SortedMap<String, @Nullable Object> {
    private final String[] names;
    private final @Nullable Object[] values;
    private final int from;
    private final int to;

    /**
     * Creates a map. The caller must not modify the arrays afterwards.
     *
     * @param names sorted names without duplicates
     * @param values value of each name
     */
    SortedFieldMap(String[] names, @Nullable Object[] values) {
        this(names, values, 0, names.length);
    }

    private SortedFieldMap(String[] names, @Nullable Object[] values, int from, int to) {
        this.names = names;
        this.values = values;
        this.from = from;
        this.to = to;
    }

    @Override
    public @Nullable Comparator<? super String> comparator() {
        return null;
    }

    @Override
    public int size() {
        return to - from;
    }

    @Override
    public boolean containsKey(Object key) {
        return key instanceof String name && find(name) >= 0;
    }

    @Override
    public @Nullable Object get(Object key) {
        int found = key instanceof String name ? find(name) : -1;
        return found < 0 ? null : values[found];
    }

    @Override
    public String firstKey() {
        return name(from);
    }

    @Override
    public String lastKey() {
        return name(to - 1);
    }

    private String name(int position) {
        if (isEmpty()) {
            throw new NoSuchElementException("the map is empty");
        }
        return names[position];
    }

    @Override
    public SortedMap<String, @Nullable Object> subMap(String fromKey, String toKey) {
        return range(ceilingIndex(fromKey), ceilingIndex(toKey));
    }

    @Override
    public SortedMap<String, @Nullable Object> headMap(String toKey) {
        return range(from, ceilingIndex(toKey));
    }

    @Override
    public SortedMap<String, @Nullable Object> tailMap(String fromKey) {
        return range(ceilingIndex(fromKey), to);
    }

    private SortedFieldMap range(int first, int end) {
        if (first > end) {
            throw new IllegalArgumentException("fromKey is greater than toKey");
        }
        return new SortedFieldMap(names, values, first, end);
    }

    private int find(String name) {
        return Arrays.binarySearch(names, from, to, name);
    }

    /** Returns the index of the first name that is not less than the given name. */
    private int ceilingIndex(String name) {
        int found = find(name);
        return found >= 0 ? found : -found - 1;
    }

    @Override
    public Set<Map.Entry<String, @Nullable Object>> entrySet() {
        return new Entries();
    }

    private final class Entries extends AbstractSet<Map.Entry<String, @Nullable Object>> {
        @Override
        public int size() {
            return SortedFieldMap.this.size();
        }

        @Override
        public Iterator<Map.Entry<String, @Nullable Object>> iterator() {
            return new Iterator<>() {
                private int next = from;

                @Override
                public boolean hasNext() {
                    return next < to;
                }

                @Override
                public Map.Entry<String, @Nullable Object> next() {
                    if (next == to) {
                        throw new NoSuchElementException("no more entries");
                    }
                    int at = next++;
                    return new SimpleImmutableEntry<>(names[at], values[at]);
                }
            };
        }
    }
}
