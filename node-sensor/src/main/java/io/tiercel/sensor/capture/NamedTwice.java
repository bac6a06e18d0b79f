package io.tiercel.sensor.capture;

import io.tiercel.rules.event.Event;

/**
 * An event about a file that may have two names: the one that the program gave, which is Falco's {@code fd.name}, and the
 * kernel's own path, which no link on the way can disguise.
 */
public interface NamedTwice extends Event {
    /** Whether the two differ. */
    boolean hasAlternateName();

    /** Lets {@code fd.name} and what follows from it be the kernel's path, or the program's again, until the next event. */
    void useAlternateName(boolean use);
}
