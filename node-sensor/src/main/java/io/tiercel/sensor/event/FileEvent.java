package io.tiercel.sensor.event;

import io.tiercel.rules.event.Event;
import java.util.List;

/**
 * An event about a file that can have several paths because of links, mounts and roots. Its fields refer to one path at a
 * time, at first to that of {@link PathSource#PROGRAM}.
 */
public interface FileEvent extends Event {
    /** Where a path of the file comes from. */
    enum PathSource {
        /** The program: working directory and argument, joined and normalized, like Falco's {@code fd.name}. */
        PROGRAM,
        /** The kernel: the path below the program's root at which the kernel found the file. */
        KERNEL,
        /** The host: the path at which the host's mounts show the file, if it differs because of a container or chroot. */
        HOST
    }

    /** The paths to try after that of the program, in this order. */
    List<PathSource> ALTERNATIVE_PATHS = List.of(PathSource.KERNEL, PathSource.HOST);

    /** Whether the event has this path and it differs from all previous ones. */
    boolean hasPathFrom(PathSource source);

    /** Makes the fields refer to this path, which the event has. */
    void usePathFrom(PathSource source);
}
