package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.HEADER_RESULT;
import static io.tiercel.sensor.bpf.record.RecordLayout.HEADER_TIME_NS;
import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_LOOKUP;

import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.bpf.record.RecordView;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of {@code RECORD_LOOKUP}: a worker reads what the state lacks, and the events that need it wait.
 *
 * <p>A recording stores them, so that a replay holds and releases the same events. The header's result is the kind, and the
 * text is the key of the lookup.
 */
public enum LookupRecord {
    /** The lookup began: events that need its result are held from now on. */
    REQUESTED,
    /** The lookup ended, with or without a result, or its time is over: the held events are released. */
    ENDED;

    private static final LookupRecord[] ALL = values();

    /** Returns a record of this kind. */
    public byte[] toRecord(String key, long bootNanos) {
        return new RecordBuilder(RECORD_LOOKUP)
                .header(HEADER_RESULT, (long) ordinal())
                .header(HEADER_TIME_NS, bootNanos)
                .text(key)
                .build();
    }

    /** Returns the kind of a record; null if it is not a {@code RECORD_LOOKUP}, or its kind is unknown. */
    public static @Nullable LookupRecord kind(RecordView r) {
        long code = r.result();
        return r.kind() == RECORD_LOOKUP && code >= 0 && code < ALL.length ? ALL[(int) code] : null;
    }

    /** Returns the key of the lookup of a process. */
    public static String processKey(int pid) {
        return "process " + pid;
    }

    /** Returns the key of the lookup of a cgroup. */
    public static String cgroupKey(long id) {
        return "cgroup " + id;
    }

    /** Returns the key of the lookup of a container's users. */
    public static String usersKey(String containerId) {
        return "users " + containerId;
    }

    /** Returns true if a key of held events is that of a lookup, and not a container's id. */
    public static boolean isKey(String key) {
        return key.indexOf(' ') > 0;
    }
}
