package io.tiercel.sensor.process;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Types and names of fds 0, 1 and 2 at the last exec. Only a shortage of memory changes them: then they are unknown. */
public final class StandardFds extends DroppableState {
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

    /** Bytes of this object, its list and three file descriptors. */
    private static final int OVERHEAD = 192;

    private static final List<Fd> UNKNOWN_FDS = List.of(Fd.UNKNOWN, Fd.UNKNOWN, Fd.UNKNOWN);

    static final StandardFds UNKNOWN = new StandardFds(UNKNOWN_FDS, 0);

    private final long bytes;
    private List<Fd> fds;

    private StandardFds(List<Fd> fds, long bytes) {
        this.fds = fds;
        this.bytes = bytes;
    }

    /** Returns a copy in which one file descriptor, from 0 to 2, is replaced. */
    StandardFds with(int fd, Fd replacement) {
        List<Fd> replaced = List.of(
                fd == 0 ? replacement : fds.get(0),
                fd == 1 ? replacement : fds.get(1),
                fd == 2 ? replacement : fds.get(2));
        return new StandardFds(
                replaced,
                OVERHEAD
                        + replaced.stream()
                                .mapToLong(entry -> entry.name.length())
                                .sum());
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

    @Override
    long bytes() {
        return bytes;
    }

    @Override
    boolean isDroppable() {
        return true;
    }

    @Override
    void drop() {
        fds = UNKNOWN_FDS;
    }
}
