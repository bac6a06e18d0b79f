package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.event.EventParameter;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.event.ParameterType;
import io.tiercel.rules.field.Field;
import io.tiercel.sensor.bpf.record.ParameterLocation;
import io.tiercel.sensor.bpf.record.SyscallParameters;
import io.tiercel.sensor.bpf.record.SyscallTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Classes of the modes that calls give to files: the bits setuid, setgid and sticky. */
final class FileModes {
    private static final String PARAMETER = "mode";

    /** Bits of a class by the names that a mode with them has. */
    private static final Map<String, Integer> BITS_BY_NAME = Map.of("S_ISVTX", 1, "S_ISGID", 2, "S_ISUID", 4);

    private FileModes() {}

    /** Returns the argument of an event type's calls with the mode; -1 if they have none. */
    static int argument(String type) {
        int index = EventTypes.parameterIndex(EventTypes.code(type), PARAMETER);
        List<EventParameter> parameters = EventTypes.parameters(EventTypes.code(type));
        if (index < 0 || parameters.get(index).type() != ParameterType.MODE) {
            return -1;
        }
        List<Integer> arguments = SyscallTable.numbers(type).stream()
                .map(number -> argument(SyscallTable.parameters(number)))
                .distinct()
                .toList();
        return arguments.size() == 1 ? arguments.getFirst() : -1;
    }

    private static int argument(@Nullable SyscallParameters call) {
        return call != null && call.location(PARAMETER) instanceof ParameterLocation.Argument argument
                ? argument.index()
                : -1;
    }

    /** Evaluates a check for all modes of a class. */
    static Tristate evaluate(int modes, CheckedExpr check) {
        if (check instanceof CheckedExpr.Compare(ValueSource source, Operator operator, Constant constant)
                && source instanceof ValueSource.FieldValue field
                && field.ref().field() == Field.EVT_ARG
                && PARAMETER.equals(field.ref().key())
                && operator == Operator.CONTAINS
                && constant instanceof Constant.Text(String text)) {
            Integer bit = BITS_BY_NAME.get(text);
            return bit != null && (modes & bit) == 0 ? Tristate.FALSE : Tristate.UNKNOWN;
        }
        return Tristate.UNKNOWN;
    }
}
