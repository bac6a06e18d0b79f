package io.tiercel.sensor.process;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Types and names of fds 0, 1 and 2 at the last exec. Immutable. */
public record StandardFds(List<Fd> fds) {
    /**
     * One file descriptor.
     *
     * @param type the type as in {@code fd.type}; null if unknown
     * @param name the name as in {@code fd.name}
     */
    public record Fd(@Nullable String type, String name) {
        /** A file descriptor about which nothing is known. */
        public static final Fd UNKNOWN = new Fd(null, "");
    }

    static final StandardFds UNKNOWN = new StandardFds(List.of(Fd.UNKNOWN, Fd.UNKNOWN, Fd.UNKNOWN));

    /** Returns a copy in which one file descriptor, from 0 to 2, is replaced. */
    StandardFds with(int fd, Fd replacement) {
        return new StandardFds(List.of(
                fd == 0 ? replacement : fds.get(0),
                fd == 1 ? replacement : fds.get(1),
                fd == 2 ? replacement : fds.get(2)));
    }

    /** Returns the type as in {@code fd.type}; null if unknown. */
    public @Nullable String type(int fd) {
        return fds.get(fd).type;
    }

    /** Returns the name as in {@code fd.name}; null if unknown. */
    public @Nullable String name(int fd) {
        Fd entry = fds.get(fd);
        return entry.type == null ? null : entry.name;
    }
}
