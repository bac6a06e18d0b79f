package io.tiercel.sensor.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a process got as its input, output and error output when its program started; immutable. */
record StandardFds(List<Standard> all) {
    /**
     * One of them.
     *
     * @param type null if it is not known
     */
    record Standard(@Nullable String type, String name) {}

    static final StandardFds UNKNOWN = new StandardFds(List.of(unknown(), unknown(), unknown()));

    /** These with another one, by its number from 0 to 2. */
    StandardFds with(int fd, FdKind kind, String name) {
        Standard one = kind.known() ? new Standard(kind.type, name) : unknown();
        return new StandardFds(
                List.of(fd == 0 ? one : all.get(0), fd == 1 ? one : all.get(1), fd == 2 ? one : all.get(2)));
    }

    @Nullable
    String type(int fd) {
        return all.get(fd).type;
    }

    /** Null if it is not known. */
    @Nullable
    String name(int fd) {
        Standard one = all.get(fd);
        return one.type == null ? null : one.name;
    }

    private static Standard unknown() {
        return new Standard(null, "");
    }
}
