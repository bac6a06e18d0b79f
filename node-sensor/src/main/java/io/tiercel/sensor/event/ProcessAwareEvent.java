package io.tiercel.sensor.event;

import io.tiercel.rules.event.Event;
import io.tiercel.sensor.container.TrackedContainer;
import io.tiercel.sensor.process.ProcessInfo;
import org.jspecify.annotations.Nullable;

/** An event that gives access to the state of its process and container. The state is valid until the next event. */
public interface ProcessAwareEvent extends Event {
    /** Returns the process of the event; null if it is unknown. */
    @Nullable
    ProcessInfo process();

    /** Returns the container of the event, which may be the host; null if it is unknown. */
    @Nullable
    TrackedContainer container();

    /** Returns the name of a process's user as a byte string; null if it is unknown. */
    @Nullable
    String userName(ProcessInfo process);

    /** Converts nanoseconds since boot to nanoseconds since the epoch. */
    long toEpochNanos(long bootNanos);
}
