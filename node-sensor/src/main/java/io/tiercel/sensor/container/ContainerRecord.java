package io.tiercel.sensor.container;

import static io.tiercel.sensor.bpf.RecordLayout.HEADER_RESULT;
import static io.tiercel.sensor.bpf.RecordLayout.HEADER_TGID;
import static io.tiercel.sensor.bpf.RecordLayout.HEADER_TID;
import static io.tiercel.sensor.bpf.RecordLayout.HEADER_TIME_NS;
import static io.tiercel.sensor.bpf.RecordLayout.RECORD_CONTAINER;

import io.tiercel.sensor.bpf.RecordBuilder;
import io.tiercel.sensor.bpf.RecordView;
import org.jspecify.annotations.Nullable;

/**
 * What the sensor knows of a container, and since when, as a record; texts: its whole id, its metadata as {@link
 * ContainerJson}. The header's result says what has happened, so that a replay holds and releases the same events.
 */
public enum ContainerRecord {
    /** The runtime has answered; carries the metadata. */
    KNOWN,
    /** A runtime is asked: events wait from now on. */
    ASKED,
    /** They wait no longer, though the answer has not come. */
    LATE,
    /** No runtime knows the container. */
    UNKNOWN,
    /** Its first program runs: an event, the header's process being that program's. Carries the metadata. */
    STARTED;

    private static final ContainerRecord[] ALL = values();

    /** The record of this kind. */
    public byte[] of(String id, String metadata, long bootNanos, int pid) {
        return new RecordBuilder(RECORD_CONTAINER)
                .header(HEADER_RESULT, (long) ordinal())
                .header(HEADER_TIME_NS, bootNanos)
                .header(HEADER_TGID, pid)
                .header(HEADER_TID, pid)
                .text(id)
                .text(metadata)
                .build();
    }

    /** Which one a record is; null if it is none, or one of a later version. */
    public static @Nullable ContainerRecord kind(RecordView r) {
        long code = r.result();
        return r.kind() == RECORD_CONTAINER && code >= 0 && code < ALL.length ? ALL[(int) code] : null;
    }
}
