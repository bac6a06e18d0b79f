package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.SYSCALL_ARGUMENTS;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_PRCTL;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_PRLIMIT64;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_PTRACE;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_SYMLINK;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_SYMLINKAT;

import io.tiercel.rules.event.EventParameter;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.event.ParameterType;
import io.tiercel.sensor.bpf.record.ParameterLocation;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.bpf.record.SyscallParameters;
import io.tiercel.sensor.bpf.record.SyscallTable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Parameters of {@code RECORD_SYSCALL} events. The syscall table describes where the record has their values. */
final class SyscallRecordParameters implements ParameterSource {
    private static final int PTRACE_PEEKUSR = 3;
    private static final int PR_SET_NAME = 15;
    private static final int PR_GET_NAME = 16;
    private static final int PR_GET_CHILD_SUBREAPER = 37;
    private static final long SECOND = 1_000_000_000L;
    private static final int MODE_BITS = 07777;

    private final RecordView r;
    private final EventPaths paths;
    private final QuotactlParameters quota;
    private int type;
    private @Nullable SyscallParameters call;

    SyscallRecordParameters(RecordView r, EventPaths paths) {
        this.r = r;
        this.paths = paths;
        this.quota = new QuotactlParameters(r);
    }

    void reset(int eventType) {
        type = eventType;
        call = SyscallTable.parameters(r.syscall());
    }

    @Override
    public long number(String name) {
        return switch (location(name)) {
            case ParameterLocation.Result() -> r.result();
            case ParameterLocation.Argument(int index, String table) -> {
                long number = toType(name, argument(index));
                yield table == null ? number : FlagTable.named(table).encode(number);
            }
            case ParameterLocation.Memory memory -> memoryNumber(name, memory);
            case ParameterLocation.Time(int text) -> {
                int wordSize = r.compat() ? 4 : 8;
                long seconds = r.textNumber(text, 0, wordSize);
                long nanos = r.textNumber(text, wordSize, wordSize);
                yield r.hasTextNumber(text, wordSize, wordSize) ? seconds * SECOND + nanos : FieldValues.ABSENT;
            }
            case ParameterLocation.Capabilities(ParameterLocation.Capabilities.Set set) ->
                switch (set) {
                    case INHERITABLE -> r.capInheritable();
                    case PERMITTED -> r.capPermitted();
                    case EFFECTIVE -> r.capEffective();
                };
            case ParameterLocation.Computed() -> computed(name);
            case ParameterLocation.None _, ParameterLocation.Text _, ParameterLocation.Path _ -> FieldValues.ABSENT;
        };
    }

    @Override
    public @Nullable String text(String name) {
        return switch (location(name)) {
            case ParameterLocation.Text(int text, boolean written) ->
                written && r.result() < 0 ? null : isSymlink() ? paths.symlinkTarget() : r.text(text);
            case ParameterLocation.Path(int text, int directory) -> paths.raw(pathIndex(text));
            case ParameterLocation.Computed() ->
                switch (name) {
                    case "arg2_str" -> isNameOption() ? r.text(0) : "";
                    case "quotafilepath" -> quota.path();
                    case "addr", "data" -> ptraceArgument(name);
                    default -> null;
                };
            default -> null;
        };
    }

    @Override
    public @Nullable String absolute(String name) {
        if (!(location(name) instanceof ParameterLocation.Path path) || call == null) {
            return null;
        }
        return paths.absolute(pathIndex(path.text()));
    }

    @Override
    public String names(EventParameter parameter, long number) {
        return switch (location(parameter.name())) {
            case ParameterLocation.Argument(int index, String table)
            when table != null -> FlagTable.named(table).names(number);
            case ParameterLocation.Memory memory
            when memory.table() != null -> FlagTable.named(memory.table()).names(number);
            case ParameterLocation.Computed() -> quota.names(parameter.name(), number);
            default -> "";
        };
    }

    private int pathIndex(int text) {
        return call != null && call.pathText(0) == text ? 0 : 1;
    }

    private boolean isSymlink() {
        return r.syscall() == SYS_SYMLINK || r.syscall() == SYS_SYMLINKAT;
    }

    private ParameterLocation location(String name) {
        ParameterLocation location = call == null ? null : call.location(name);
        return location == null ? new ParameterLocation.None() : location;
    }

    private long argument(int index) {
        return r.longAt(SYSCALL_ARGUMENTS + 8 * index);
    }

    private long memoryNumber(String name, ParameterLocation.Memory memory) {
        int size = memory.size() != 0 ? memory.size() : r.compat() ? 4 : 8;
        int offset = memory.size() == 0 && r.compat() ? memory.offset() / 2 : memory.offset();
        if (memory.output() && r.result() < 0 || !r.hasTextNumber(memory.text(), offset, size)) {
            return r.syscall() == SYS_PRLIMIT64 ? -1 : FieldValues.ABSENT;
        }
        long number = toType(name, r.textNumber(memory.text(), offset, size));
        return memory.table() == null ? number : FlagTable.named(memory.table()).encode(number);
    }

    /** Converts a 64-bit value to the width and sign of the parameter type. */
    private long toType(String name, long value) {
        int index = EventTypes.parameterIndex(type, name);
        ParameterType parameterType = EventTypes.parameters(type).get(index).type();
        return switch (parameterType) {
            case MODE -> value & MODE_BITS;
            case FD, PID, ERRNO, INT32 -> (int) value;
            case INT16 -> (short) value;
            case UINT8, FLAGS8, ENUMFLAGS8 -> value & 0xff;
            case UINT16 -> value & 0xffff;
            case UINT64, INT64, RELTIME, ABSTIME, DYN -> value;
            default -> name.equals("mode") ? value & MODE_BITS : value & 0xffffffffL;
        };
    }

    private long computed(String name) {
        return switch (r.syscall()) {
            case SYS_PRCTL -> name.equals("arg2_int") ? prctlArgument() : FieldValues.ABSENT;
            case SYS_PTRACE -> FieldValues.ABSENT;
            default -> quota.number(name);
        };
    }

    private boolean isNameOption() {
        long option = argument(0);
        return option == PR_SET_NAME || option == PR_GET_NAME;
    }

    private long prctlArgument() {
        if (isNameOption()) {
            return 0;
        }
        return argument(0) == PR_GET_CHILD_SUBREAPER ? (int) r.textNumber(1, 0, 4) : argument(1);
    }

    /**
     * Returns the address or data of a successful ptrace in hexadecimal digits. For a peek request, the data is the value that
     * the call read.
     */
    private @Nullable String ptraceArgument(String name) {
        if (r.result() < 0) {
            return null;
        }
        int request = (int) argument(0);
        boolean peeks = name.equals("data") && request > 0 && request <= PTRACE_PEEKUSR;
        long value = peeks ? r.textNumber(0, 0, r.compat() ? 4 : 8) : argument(name.equals("addr") ? 2 : 3);
        return Long.toHexString(value).toUpperCase(Locale.ROOT);
    }
}
