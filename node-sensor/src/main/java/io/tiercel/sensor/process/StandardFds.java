package io.tiercel.sensor.process;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Types and names of fds 0, 1 and 2 at the last exec. Immutable. */
public record StandardFds(List<Entry> entries) {
    /**
     * One file descriptor.
     *
     * @param type the type as in {@code fd.type}; null if unknown
     * @param name the name as in {@code fd.name}
     */
    public record Entry(@Nullable String type, String name) {
        /** A file descriptor about which nothing is known. */
        public static final Entry UNKNOWN = new Entry(null, "");
    }

    static final StandardFds UNKNOWN = new StandardFds(List.of(Entry.UNKNOWN, Entry.UNKNOWN, Entry.UNKNOWN));

    /** Returns a copy in which one file descriptor, from 0 to 2, is replaced. */
    StandardFds with(int fd, Entry entry) {
        return new StandardFds(List.of(
                fd == 0 ? entry : entries.get(0), fd == 1 ? entry : entries.get(1), fd == 2 ? entry : entries.get(2)));
    }

    /** Returns the type as in {@code fd.type}; null if unknown. */
    public @Nullable String type(int fd) {
        return entries.get(fd).type;
    }

    /** Returns the name as in {@code fd.name}; null if unknown. */
    public @Nullable String name(int fd) {
        Entry entry = entries.get(fd);
        return entry.type == null ? null : entry.name;
    }
}
