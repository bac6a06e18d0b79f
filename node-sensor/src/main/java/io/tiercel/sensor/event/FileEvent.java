package io.tiercel.sensor.event;

import io.tiercel.rules.event.Event;
import java.util.List;

/**
 * An event about a file that may have several names, since links, mounts and roots lead elsewhere. Its fields speak of
 * one name at a time: {@link Name#GIVEN} until another is asked for.
 */
public interface FileEvent extends Event {
    /** Who says what the file is called. */
    enum Name {
        /** The program: its working directory and argument, joined and cleaned, as Falco's {@code fd.name}. */
        GIVEN,
        /** The kernel: the path below the program's root on which the file was found. */
        KERNEL,
        /** The host: where its own mounts show the same file, if a container or a changed root shows it elsewhere. */
        HOST
    }

    /** The names to try after the given one, in this order. */
    List<Name> FURTHER_NAMES = List.of(Name.KERNEL, Name.HOST);

    /** Whether the event has this further name, and it differs from all that come before it. */
    boolean hasName(Name name);

    /** Lets the fields speak of the file under this name, which the event has. */
    void useName(Name name);
}
