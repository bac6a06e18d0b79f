package io.tiercel.sensor.state;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldTrait;
import io.tiercel.sensor.bpf.RecordView;
import io.tiercel.sensor.bpf.Syscalls;
import io.tiercel.sensor.container.ContainerRecord;
import io.tiercel.sensor.event.ContainerAwareEvent;
import io.tiercel.sensor.event.FileEvent;
import io.tiercel.sensor.event.PrefilteredEvent;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event of the kernel with the node's state joined to it; one object, moved from event to event.
 *
 * <p>Values are worked out when they are asked for, from the record where it lies and from the process's entry, where
 * texts that many events share are kept.
 */
public final class SensorEvent implements FileEvent, ContainerAwareEvent, PrefilteredEvent {
    /** Stands for a number that is absent; no field has this value. */
    static final long ABSENT = Long.MIN_VALUE;

    private static final int PROCESS_EXIT = EventTypes.code("procexit");
    private static final int CONTAINER_START = EventTypes.code("container");

    private final String hostname;
    private final long bootToEpochNanos;
    private final RecordView r;
    private final NodeState state;
    private final EventPaths paths;
    private final FdFields fd;
    private final Parameters parameters;
    private final EventFields eventFields;
    private final ProcessFields processFields;
    private final ContainerFields containerFields;
    private @Nullable Process process;
    private @Nullable Container container;
    private int type;
    private long number;
    private long firstNanos;
    private long previousNanos;
    private long timeNanos;

    /**
     * Events of one stream.
     *
     * @param bootToEpochNanos what to add to a record's time to get nanoseconds since the epoch
     * @param record is moved by the stream; read here
     */
    public SensorEvent(String hostname, long bootToEpochNanos, RecordView record, NodeState state) {
        this.hostname = hostname;
        this.bootToEpochNanos = bootToEpochNanos;
        this.r = record;
        this.state = state;
        this.paths = new EventPaths(record);
        this.fd = new FdFields(record, paths, state.mounts(), state.hostNames());
        this.parameters = new Parameters(record, paths, fd, state);
        this.eventFields = new EventFields(record, parameters, paths, this);
        this.processFields = new ProcessFields(record, state, this);
        this.containerFields = new ContainerFields(record, this);
    }

    /** Event type of a record; -1 if it is no event, but only keeps the state right. */
    public static int typeOf(RecordView r) {
        return switch (r.kind()) {
            case RECORD_EXIT -> PROCESS_EXIT;
            case RECORD_CONTAINER -> ContainerRecord.kind(r) == ContainerRecord.STARTED ? CONTAINER_START : -1;
            case RECORD_OPEN,
                    RECORD_PATH,
                    RECORD_PATHS,
                    RECORD_FD,
                    RECORD_EXEC,
                    RECORD_EXEC_FAILED,
                    RECORD_CLONE,
                    RECORD_CHDIR,
                    RECORD_CALL,
                    RECORD_GENERIC -> Syscalls.eventType(r.syscall());
            default -> -1;
        };
    }

    /** Moves to the record that the view is on and that the state has taken over. */
    public void moveTo(int eventType) {
        type = eventType;
        previousNanos = timeNanos;
        timeNanos = toEpoch(r.timeNanos());
        if (number++ == 0) {
            firstNanos = timeNanos;
            previousNanos = timeNanos;
        }
        reset(state.current());
    }

    /** Moves to an event that another of this stream held. */
    public void moveTo(HeldEvent held) {
        if (!r.wrap(ByteBuffer.wrap(held.record).order(ByteOrder.LITTLE_ENDIAN), 0, held.record.length)) {
            throw new IllegalStateException("a record was held that is none");
        }
        type = held.type;
        number = held.number;
        timeNanos = toEpoch(r.timeNanos());
        firstNanos = timeNanos - held.sinceFirst;
        previousNanos = timeNanos - held.sincePrevious;
        reset(held.process);
    }

    private void reset(@Nullable Process of) {
        process = of;
        container = r.kind() == RECORD_CONTAINER ? state.container(r.textOrEmpty(0)) : of == null ? null : of.container;
        paths.reset(of);
        fd.reset(of);
        parameters.reset(type, of);
        processFields.reset(of);
        containerFields.reset(container, of);
    }

    /** Whether an answer about the event's container is awaited. */
    public boolean awaitsContainer() {
        return container != null && container.knowledge() == Container.Knowledge.AWAITED;
    }

    /** A copy of the event, to be moved to later. */
    public HeldEvent hold() {
        return new HeldEvent(
                r.copy(),
                type,
                process == null ? null : process.frozen(),
                container == null ? "" : container.fullId(),
                number,
                sinceFirst(),
                sincePrevious());
    }

    @Override
    public @Nullable String missingMetadata() {
        Container c = container;
        if (c == null) {
            return null;
        }
        return switch (c.knowledge()) {
            case LATE -> "late";
            case UNKNOWN -> "unknown";
            case NONE, AWAITED, KNOWN -> null;
        };
    }

    @Override
    public long clauses() {
        return r.clauses();
    }

    @Override
    public int generation() {
        return r.generation();
    }

    @Override
    public boolean hasName(Name further) {
        return fd.hasName(further);
    }

    @Override
    public void useName(Name which) {
        fd.useName(which);
    }

    @Override
    public int type() {
        return type;
    }

    @Override
    public long timeNanos() {
        return timeNanos;
    }

    @Override
    public boolean has(FieldRef ref) {
        Field field = ref.field();
        return switch (field.type()) {
            case ADDRESS, NETWORK -> address(ref) != null || list(ref) != null;
            case TEXT, PATH, BYTES -> text(ref) != null || !ref.anyEqual() && list(ref) != null;
            default ->
                field == Field.EVT_RAWARG
                        ? raw(ref) != ABSENT || text(ref) != null
                        : raw(ref) != ABSENT || list(ref) != null;
        };
    }

    @Override
    public @Nullable String text(FieldRef ref) {
        return switch (FieldGroup.of(ref.field())) {
            case EVENT -> eventFields.text(ref);
            case FD -> fd.text(ref);
            case PROCESS ->
                ref.index() < 0 && ancestors(ref.field()) && ref.key() == null ? null : processFields.text(ref);
            case CONTAINER -> containerFields.text(ref);
            case NOT_SUPPLIED -> null;
        };
    }

    @Override
    public long number(FieldRef ref) {
        long value = raw(ref);
        return value == ABSENT ? 0 : value;
    }

    @Override
    public @Nullable InetAddress address(FieldRef ref) {
        return fd.address(ref);
    }

    @Override
    public byte @Nullable [] bytes(FieldRef ref) {
        String value = text(ref);
        return value == null ? null : value.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public @Nullable List<?> list(FieldRef ref) {
        return switch (FieldGroup.of(ref.field())) {
            case FD -> fd.list(ref);
            case PROCESS -> ref.index() < 0 && ref.key() == null ? processFields.list(ref) : null;
            case EVENT, CONTAINER, NOT_SUPPLIED -> null;
        };
    }

    FdFields fd() {
        return fd;
    }

    String hostname() {
        return hostname;
    }

    long number() {
        return number;
    }

    long sinceFirst() {
        return timeNanos - firstNanos;
    }

    long sincePrevious() {
        return timeNanos - previousNanos;
    }

    long toEpoch(long bootNanos) {
        return bootNanos + bootToEpochNanos;
    }

    private long raw(FieldRef ref) {
        return switch (FieldGroup.of(ref.field())) {
            case EVENT -> eventFields.number(ref);
            case FD -> fd.number(ref);
            case PROCESS -> ref.index() < 0 && ancestors(ref.field()) ? ABSENT : processFields.number(ref);
            case CONTAINER -> containerFields.number(ref);
            case NOT_SUPPLIED -> ABSENT;
        };
    }

    private static boolean ancestors(Field field) {
        return field.is(FieldTrait.ANCESTORS) || field == Field.PROC_AARGS;
    }
}
