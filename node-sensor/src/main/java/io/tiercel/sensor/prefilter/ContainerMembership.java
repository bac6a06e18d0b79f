package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.Source;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.Field;
import io.tiercel.sensor.state.FieldGroup;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether a process is in a container. */
final class ContainerMembership {
    /** The id of no container. */
    private static final String HOST = "host";

    private static final Set<Field> HOST_TEXTS = Set.of(Field.CONTAINER_ID, Field.CONTAINER_NAME);
    private static final Set<Field> EMPTY_TEXTS =
            Set.of(Field.CONTAINER_FULL_ID, Field.CONTAINER_IMAGE_REPOSITORY, Field.CONTAINER_IMAGE_TAG);
    private static final Set<Field> NO = Set.of(
            Field.CONTAINER_PRIVILEGED,
            Field.CONTAINER_HOST_PID,
            Field.CONTAINER_HOST_NETWORK,
            Field.CONTAINER_HOST_IPC);
    private static final PartialEvent ON_HOST = onHost();

    private ContainerMembership() {}

    /** Whether something is known of a field where it is known whether there is a container. */
    static boolean knows(Field field) {
        return FieldGroup.ofContainer(field);
    }

    /** Whether a check holds outside containers. */
    static Tristate onHost(CheckedExpr check) {
        return ON_HOST.of(check);
    }

    /** Whether it holds in one, whichever. */
    static Tristate inContainer(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(Source source, Operator operator, Constant constant)
            when id(source) ->
                !host(constant)
                        ? Tristate.MAYBE
                        : operator == Operator.EQUAL
                                ? Tristate.NO
                                : operator == Operator.NOT_EQUAL ? Tristate.YES : Tristate.MAYBE;
            case CheckedExpr.Member member
            when id(member.source()) -> all(member.set().constants()) ? Tristate.NO : Tristate.MAYBE;
            case CheckedExpr.Exists exists when id(exists.source()) -> Tristate.YES;
            default -> Tristate.MAYBE;
        };
    }

    private static boolean all(List<Constant> constants) {
        return constants.stream().allMatch(ContainerMembership::host);
    }

    private static boolean host(Constant constant) {
        return constant instanceof Constant.Text(String text) && text.equals(HOST);
    }

    private static boolean id(Source source) {
        return source instanceof Source.FieldValue field && field.ref().field() == Field.CONTAINER_ID;
    }

    private static PartialEvent onHost() {
        Map<Field, Object> values = new EnumMap<>(Field.class);
        for (Field field : Field.values()) {
            if (FieldGroup.ofContainer(field) && !field.list()) {
                values.put(field, HOST_TEXTS.contains(field) ? HOST : PartialEvent.ABSENT);
            }
        }
        EMPTY_TEXTS.forEach(field -> values.put(field, ""));
        NO.forEach(field -> values.put(field, 0L));
        return PartialEvent.of(values);
    }
}
