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

/** Values under sorted names as a map that cannot be changed. The names are those of every alert of a rule. */
final class SortedFieldMap extends AbstractMap<String, @Nullable Object>
        implements SortedMap<String, @Nullable Object> {
    private final String[] names;
    private final @Nullable Object[] values;
    private final int from;
    private final int to;

    /**
     * The whole map.
     *
     * @param names sorted, without doubles; neither array is changed from now on
     * @param values for each name its value
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
            throw new NoSuchElementException("there are no fields");
        }
        return names[position];
    }

    @Override
    public SortedMap<String, @Nullable Object> subMap(String fromKey, String toKey) {
        return part(notBefore(fromKey), notBefore(toKey));
    }

    @Override
    public SortedMap<String, @Nullable Object> headMap(String toKey) {
        return part(from, notBefore(toKey));
    }

    @Override
    public SortedMap<String, @Nullable Object> tailMap(String fromKey) {
        return part(notBefore(fromKey), to);
    }

    private SortedFieldMap part(int first, int end) {
        if (first > end) {
            throw new IllegalArgumentException("the first key comes behind the last");
        }
        return new SortedFieldMap(names, values, first, end);
    }

    private int find(String name) {
        return Arrays.binarySearch(names, from, to, name);
    }

    /** Position of the first name that does not come before this one. */
    private int notBefore(String name) {
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
                        throw new NoSuchElementException("there are no more fields");
                    }
                    int at = next++;
                    return new SimpleImmutableEntry<>(names[at], values[at]);
                }
            };
        }
    }
}
