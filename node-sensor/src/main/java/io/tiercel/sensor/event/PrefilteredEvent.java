package io.tiercel.sensor.event;

import io.tiercel.rules.event.Event;
import io.tiercel.sensor.bpf.RecordLayout;

/** An event that the kernel may have looked at before. */
public interface PrefilteredEvent extends Event {
    /** The clauses that it may fulfil, bit by bit, of the first pass of the generation. */
    long clauses();

    /** Generation of the first pass; {@link RecordLayout#CLAUSES_ALL} if there was none. */
    int generation();
}
