package io.tiercel.sensor.container;

import static io.tiercel.sensor.bpf.record.RecordLayout.HEADER_RESULT;
import static io.tiercel.sensor.bpf.record.RecordLayout.HEADER_TGID;
import static io.tiercel.sensor.bpf.record.RecordLayout.HEADER_TID;
import static io.tiercel.sensor.bpf.record.RecordLayout.HEADER_TIME_NS;
import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_CONTAINER;

import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.bpf.record.RecordView;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of {@code RECORD_CONTAINER}, which a recording stores so that a replay holds and releases the same events.
 *
 * <p>The header's result is the kind. The texts are the container's full id and its metadata as {@link ContainerJson}.
 */
public enum ContainerRecord {
    /** The runtime returned the metadata. */
    INFO_RECEIVED,
    /** The sensor requested the metadata: the container's events are held from now on. */
    INFO_REQUESTED,
    /** The runtime did not answer in time: the held events are released. */
    INFO_TIMED_OUT,
    /** No runtime knows the container. */
    INFO_NOT_FOUND,
    /** The container's first program runs. This is an event, with the process of that program and the metadata. */
    STARTED;

    private static final ContainerRecord[] ALL = values();

    /** Returns a record of this kind. */
    public byte[] toRecord(String fullId, String json, long bootNanos, int pid) {
        return new RecordBuilder(RECORD_CONTAINER)
                .header(HEADER_RESULT, (long) ordinal())
                .header(HEADER_TIME_NS, bootNanos)
                .header(HEADER_TGID, pid)
                .header(HEADER_TID, pid)
                .text(fullId)
                .text(json)
                .build();
    }

    /** Returns the kind of a record; null if it is not a {@code RECORD_CONTAINER}, or its kind is unknown. */
    public static @Nullable ContainerRecord kind(RecordView r) {
        long code = r.result();
        return r.kind() == RECORD_CONTAINER && code >= 0 && code < ALL.length ? ALL[(int) code] : null;
    }
}
