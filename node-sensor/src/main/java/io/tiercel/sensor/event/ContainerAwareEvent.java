package io.tiercel.sensor.event;

import io.tiercel.rules.event.Event;
import org.jspecify.annotations.Nullable;

/** An event that may come from a container, whose runtime is asked about it. */
public interface ContainerAwareEvent extends Event {
    /**
     * Why the event goes without what the runtime tells: {@code late} if it has not answered in time, {@code unknown} if
     * no runtime knows the container; null if nothing is missing, or nobody was asked.
     */
    @Nullable
    String missingMetadata();
}
