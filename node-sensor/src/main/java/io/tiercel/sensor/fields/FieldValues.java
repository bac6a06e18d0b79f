package io.tiercel.sensor.fields;

import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldTrait;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.container.TrackedContainer;
import io.tiercel.sensor.process.NodeState;
import io.tiercel.sensor.process.ProcessInfo;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of all fields of the current event, computed on request. */
public final class FieldValues {
    /** The number of an absent field. No field has this value. */
    public static final long ABSENT = Long.MIN_VALUE;

    private final EventContext context;
    private final EventPaths paths;
    private final FdFields fd;
    private final EventParameters parameters;
    private final EventFields event;
    private final ProcessFields process;
    private final ContainerFields container;

    /**
     * Creates the values of a stream's events.
     *
     * @param record the view that the stream moves from record to record
     */
    public FieldValues(RecordView record, NodeState state, EventContext context) {
        this.context = context;
        this.paths = new EventPaths(record);
        this.fd = new FdFields(record, paths, state);
        this.parameters = new EventParameters(record, paths, fd, state);
        this.event = new EventFields(record, parameters, paths, fd, context);
        this.process = new ProcessFields(record, state, context);
        this.container = new ContainerFields(record, context);
    }

    /** Clears cached values: the record view, the context or the state moved to another event. */
    public void reset(@Nullable ProcessInfo eventProcess, @Nullable TrackedContainer eventContainer) {
        paths.reset(eventProcess);
        fd.reset(eventProcess);
        parameters.reset(context.type(), eventProcess);
        process.reset(eventProcess);
        container.reset(eventContainer, eventProcess);
    }

    /** Returns true if the field has a value. */
    public boolean has(FieldRef ref) {
        Field field = ref.field();
        return switch (field.type()) {
            case ADDRESS, NETWORK -> address(ref) != null || list(ref) != null;
            case TEXT, PATH, BYTES -> text(ref) != null || !ref.anyEqual() && list(ref) != null;
            default ->
                field == Field.EVT_RAWARG
                        ? number(ref) != ABSENT || text(ref) != null
                        : number(ref) != ABSENT || list(ref) != null;
        };
    }

    /** Returns the text as a byte string; null if the field is absent or not a text. */
    public @Nullable String text(FieldRef ref) {
        return switch (FieldGroup.of(ref.field())) {
            case EVENT -> event.text(ref);
            case FD -> fd.text(ref);
            case PROCESS -> isAncestorList(ref) && ref.key() == null ? null : process.text(ref);
            case CONTAINER -> container.text(ref);
            case UNSUPPORTED -> null;
        };
    }

    /** Returns the number; {@link #ABSENT} if the field is absent or not a number. */
    public long number(FieldRef ref) {
        return switch (FieldGroup.of(ref.field())) {
            case EVENT -> event.number(ref);
            case FD -> fd.number(ref);
            case PROCESS -> isAncestorList(ref) ? ABSENT : process.number(ref);
            case CONTAINER -> container.number(ref);
            case UNSUPPORTED -> ABSENT;
        };
    }

    /** Returns the address; null if the field is absent or not an address. */
    public @Nullable InetAddress address(FieldRef ref) {
        return fd.address(ref);
    }

    /** Returns all values of a field with several values; null if the field is absent or has a single value. */
    public @Nullable List<?> list(FieldRef ref) {
        return switch (FieldGroup.of(ref.field())) {
            case FD -> fd.list(ref);
            case PROCESS -> ref.index() < 0 && ref.key() == null ? process.list(ref) : null;
            case EVENT, CONTAINER, UNSUPPORTED -> null;
        };
    }

    /** Returns true if the opened file has this name, and it differs from the names before it. */
    public boolean hasName(FileNameKind kind) {
        return fd.hasName(kind);
    }

    /** Selects the name that the {@code fd.} fields show, and the paths of calls that change files. */
    public void selectName(FileNameKind kind) {
        paths.select(kind);
        fd.selectName(kind);
    }

    private static boolean isAncestorList(FieldRef ref) {
        Field field = ref.field();
        return ref.index() < 0 && (field.is(FieldTrait.ANCESTORS) || field == Field.PROC_AARGS);
    }
}
