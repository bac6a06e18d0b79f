package io.tiercel.sensor.event;

import io.tiercel.rules.event.Event;
import io.tiercel.sensor.bpf.record.RecordLayout;

/** An event that the prefilter in the kernel may have checked. */
public interface PrefilteredEvent extends Event {
    /** Returns the mask of the disjuncts that can still match, in the order of the prefilter of this generation. */
    long disjuncts();

    /** Returns the generation of the prefilter, or {@link RecordLayout#GENERATION_NONE} if the event was not checked. */
    int generation();
}
