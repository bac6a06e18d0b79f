package io.tiercel.sensor.event;

import io.tiercel.rules.event.Event;
import org.jspecify.annotations.Nullable;

/** An event that may come from a container. */
public interface ContainerAwareEvent extends Event {
    /**
     * Returns why the event lacks container metadata: {@code late} if the runtime has not answered in time, {@code unknown}
     * if no runtime knows the container. Returns null if nothing is missing or no runtime was queried.
     */
    @Nullable
    String missingMetadata();
}
