package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.record.RecordLayout.FLAG_CLASSES;
import static io.tiercel.sensor.bpf.record.RecordLayout.FLAG_CREATE;
import static io.tiercel.sensor.bpf.record.RecordLayout.FLAG_DIRECTORY;
import static io.tiercel.sensor.bpf.record.RecordLayout.FLAG_FAILED;
import static io.tiercel.sensor.bpf.record.RecordLayout.FLAG_TMPFILE;
import static io.tiercel.sensor.bpf.record.RecordLayout.FLAG_TRUNCATE;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.Field;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Equivalence classes of open flags: the access mode, some flag bits, and whether the open failed. */
final class OpenFlagClasses {
    private static final int ACCESS = 3;
    private static final int READ_ONLY = 0;
    private static final int WRITE_ONLY = 1;
    private static final int READ_WRITE = 2;

    private static final Map<String, Integer> CLASS_BITS_BY_NAME = Map.of(
            "O_CREAT", FLAG_CREATE, "O_TRUNC", FLAG_TRUNCATE, "O_DIRECTORY", FLAG_DIRECTORY, "O_TMPFILE", FLAG_TMPFILE);

    /** Partial events by syscall kind and flag class. */
    private static final Map<SyscallKind, List<PartialEvent>> EVENTS = Stream.of(
                    SyscallKind.OPEN, SyscallKind.CREAT, SyscallKind.OPEN_BY_HANDLE)
            .collect(Collectors.toMap(
                    kind -> kind,
                    kind -> IntStream.range(0, FLAG_CLASSES)
                            .mapToObj(flags -> event(flags, kind))
                            .toList()));

    private OpenFlagClasses() {}

    /** Evaluates a check for all flags of a class. */
    static Tristate evaluate(int flags, SyscallKind kind, CheckedExpr check) {
        Tristate result = Objects.requireNonNull(EVENTS.get(kind)).get(flags).evaluate(check);
        return result == Tristate.UNKNOWN && requiresUnsetFlag(flags, check) ? Tristate.FALSE : result;
    }

    private static PartialEvent event(int flags, SyscallKind kind) {
        boolean failed = (flags & FLAG_FAILED) != 0;
        boolean directory = (flags & FLAG_DIRECTORY) != 0;
        int access = flags & ACCESS;
        Map<Field, Object> values = new EnumMap<>(Field.class);
        if (kind != SyscallKind.CREAT) {
            values.put(Field.EVT_IS_OPEN_READ, access == READ_ONLY || access == READ_WRITE ? 1L : 0L);
            values.put(Field.EVT_IS_OPEN_WRITE, access == WRITE_ONLY || access == READ_WRITE ? 1L : 0L);
        }
        if (kind == SyscallKind.OPEN && (flags & (FLAG_CREATE | FLAG_TMPFILE)) == 0) {
            values.put(Field.EVT_IS_OPEN_EXEC, 0L);
            values.put(Field.EVT_IS_OPEN_CREATE, 0L);
        }
        values.put(Field.FD_TYPECHAR, failed ? kind == SyscallKind.OPEN_BY_HANDLE ? "o" : "f" : directory ? "d" : "f");
        values.put(Field.FD_TYPE, failed ? PartialEvent.ABSENT : directory ? "directory" : "file");
        return PartialEvent.of(values);
    }

    /** Returns true if the check requires a flag that is not set in this class. */
    private static boolean requiresUnsetFlag(int flags, CheckedExpr check) {
        if (!(check instanceof CheckedExpr.Compare(ValueSource source, Operator operator, Constant constant))
                || !(source instanceof ValueSource.FieldValue field)
                || field.ref().field() != Field.EVT_ARG
                || !"flags".equals(field.ref().key())
                || !(constant instanceof Constant.Text(String text))
                || operator != Operator.CONTAINS && operator != Operator.ICONTAINS) {
            return false;
        }
        Integer bit = CLASS_BITS_BY_NAME.get(operator == Operator.ICONTAINS ? text.toUpperCase(Locale.ROOT) : text);
        return bit != null && (flags & bit) == 0;
    }
}
