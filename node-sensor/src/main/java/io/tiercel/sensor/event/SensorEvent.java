package io.tiercel.sensor.event;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.bpf.record.SyscallTable;
import io.tiercel.sensor.container.ContainerRecord;
import io.tiercel.sensor.container.TrackedContainer;
import io.tiercel.sensor.fields.EventContext;
import io.tiercel.sensor.fields.FieldValues;
import io.tiercel.sensor.fields.FileNameKind;
import io.tiercel.sensor.process.LookupRecord;
import io.tiercel.sensor.process.NodeState;
import io.tiercel.sensor.process.ProcessInfo;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A kernel event, enriched with the state of the node. A stream reuses one object for all of its events.
 *
 * <p>Field values are computed on request from the record and the state.
 */
public final class SensorEvent implements FileEvent, ContainerAwareEvent, ProcessAwareEvent, PrefilteredEvent {
    private static final int PROCESS_EXIT = EventTypes.code("procexit");
    private static final int CONTAINER_START = EventTypes.code("container");

    private final RecordView r;
    private final NodeState state;
    private final EventContext context;
    private final FieldValues fields;
    private @Nullable ProcessInfo process;
    private @Nullable TrackedContainer container;

    /**
     * Creates the event object of a stream.
     *
     * @param bootToEpochNanos the epoch time of the boot in nanoseconds
     * @param record the view that the stream moves from record to record
     */
    public SensorEvent(String hostname, long bootToEpochNanos, RecordView record, NodeState state) {
        this.r = record;
        this.state = state;
        this.context = new EventContext(hostname, bootToEpochNanos);
        this.fields = new FieldValues(record, state, context);
    }

    /** Returns the event type of a record; -1 if the record only updates the state. */
    public static int typeOf(RecordView r) {
        return switch (r.kind()) {
            case RECORD_EXIT -> PROCESS_EXIT;
            case RECORD_CONTAINER -> ContainerRecord.kind(r) == ContainerRecord.STARTED ? CONTAINER_START : -1;
            case RECORD_OPEN,
                    RECORD_PATH,
                    RECORD_RENAME,
                    RECORD_FD,
                    RECORD_EXEC,
                    RECORD_EXEC_FAILED,
                    RECORD_CLONE,
                    RECORD_CHDIR,
                    RECORD_SYSCALL,
                    RECORD_GENERIC -> SyscallTable.eventType(r.syscall());
            default -> -1;
        };
    }

    /** Follows a step of the wall clock. */
    void setBootToEpochNanos(long bootToEpochNanos) {
        context.setBootToEpochNanos(bootToEpochNanos);
    }

    /** Moves to the current record, after the state applied it. */
    public void moveTo(int eventType) {
        context.advance(eventType, r.timeNanos());
        reset(state.currentProcess());
    }

    /** Moves to a held event of the same stream. */
    public void moveTo(HeldEvent held) {
        if (!r.wrap(ByteBuffer.wrap(held.record).order(ByteOrder.LITTLE_ENDIAN), 0, held.record.length)) {
            throw new IllegalStateException("A held event contains an invalid record");
        }
        context.restore(held.type, held.number, r.timeNanos(), held.sinceFirstNanos, held.sincePreviousNanos);
        ProcessInfo snapshot = held.process;
        if (snapshot == null) {
            reset(state.process(r.tgid()));
        } else {
            state.complete(snapshot);
            reset(snapshot);
        }
    }

    private void reset(@Nullable ProcessInfo eventProcess) {
        process = eventProcess;
        container = r.kind() == RECORD_CONTAINER
                ? state.container(r.textOrEmpty(0))
                : eventProcess == null ? null : eventProcess.container();
        fields.reset(eventProcess, container);
    }

    /** Returns the full id of the event's container if the sensor waits for its metadata; null otherwise. */
    public @Nullable String pendingContainer() {
        return container != null && container.infoStatus() == TrackedContainer.InfoStatus.PENDING
                ? container.fullId()
                : null;
    }

    /**
     * Returns the key of a pending lookup that the event needs; null if there is none.
     *
     * @param pending the keys of the pending lookups
     */
    public @Nullable String neededLookup(Set<String> pending) {
        ProcessInfo p = process;
        if (p == null) {
            String key = LookupRecord.processKey(r.tgid());
            return pending.contains(key) ? key : null;
        }
        return Stream.of(
                        LookupRecord.processKey(p.missingParentPid()),
                        LookupRecord.cgroupKey(p.cgroupId()),
                        LookupRecord.usersKey(p.container().fullId()))
                .filter(pending::contains)
                .findFirst()
                .orElse(null);
    }

    /**
     * Returns a copy of the event. {@link #moveTo(HeldEvent)} restores it.
     *
     * @param awaited what the event waits for: the full id of a container, or the key of a lookup
     */
    public HeldEvent hold(String awaited) {
        return new HeldEvent(
                r.copy(),
                context.type(),
                process == null ? null : process.snapshot(),
                awaited,
                context.number(),
                context.sinceFirstNanos(),
                context.sincePreviousNanos());
    }

    @Override
    public @Nullable String missingMetadata() {
        TrackedContainer c = container;
        if (c == null) {
            return null;
        }
        return switch (c.infoStatus()) {
            case TIMED_OUT -> "late";
            case NOT_FOUND -> "unknown";
            case NOT_REQUESTED, PENDING, AVAILABLE -> null;
        };
    }

    @Override
    public @Nullable ProcessInfo process() {
        return process;
    }

    @Override
    public @Nullable TrackedContainer container() {
        return container;
    }

    @Override
    public @Nullable String userName(ProcessInfo user) {
        return state.users().userName(user.container().fullId(), user.uid());
    }

    @Override
    public long toEpochNanos(long bootNanos) {
        return context.toEpoch(bootNanos);
    }

    @Override
    public long disjuncts() {
        return r.disjuncts();
    }

    @Override
    public int generation() {
        return r.generation();
    }

    @Override
    public boolean hasName(FileNameKind kind) {
        return fields.hasName(kind);
    }

    @Override
    public void selectName(FileNameKind kind) {
        fields.selectName(kind);
    }

    @Override
    public int type() {
        return context.type();
    }

    @Override
    public long timeNanos() {
        return context.timeNanos();
    }

    @Override
    public boolean has(FieldRef ref) {
        return fields.has(ref);
    }

    @Override
    public @Nullable String text(FieldRef ref) {
        return fields.text(ref);
    }

    @Override
    public long number(FieldRef ref) {
        long value = fields.number(ref);
        return value == FieldValues.ABSENT ? 0 : value;
    }

    @Override
    public @Nullable InetAddress address(FieldRef ref) {
        return fields.address(ref);
    }

    @Override
    public byte @Nullable [] bytes(FieldRef ref) {
        String value = text(ref);
        return value == null ? null : value.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public @Nullable List<?> list(FieldRef ref) {
        return fields.list(ref);
    }
}
