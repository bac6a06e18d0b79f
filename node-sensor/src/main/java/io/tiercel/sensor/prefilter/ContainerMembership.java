package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.Field;
import io.tiercel.sensor.fields.FieldGroup;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Evaluates checks of container fields when only one fact is known: whether the process runs in a container. */
final class ContainerMembership {
    /** Value of {@code container.id} outside containers. */
    private static final String HOST = "host";

    private static final Set<Field> HOST_FIELDS = Set.of(Field.CONTAINER_ID, Field.CONTAINER_NAME);
    private static final Set<Field> EMPTY_FIELDS =
            Set.of(Field.CONTAINER_FULL_ID, Field.CONTAINER_IMAGE_REPOSITORY, Field.CONTAINER_IMAGE_TAG);
    private static final Set<Field> FALSE_FIELDS = Set.of(
            Field.CONTAINER_PRIVILEGED,
            Field.CONTAINER_HOST_PID,
            Field.CONTAINER_HOST_NETWORK,
            Field.CONTAINER_HOST_IPC);
    private static final PartialEvent HOST_EVENT = hostEvent();

    private ContainerMembership() {}

    /** Returns true if container membership can decide a check of this field. */
    static boolean covers(Field field) {
        return FieldGroup.isContainerField(field);
    }

    /** Evaluates a check for a process outside containers. */
    static Tristate evaluateOnHost(CheckedExpr check) {
        return HOST_EVENT.evaluate(check);
    }

    /** Evaluates a check for a process in an arbitrary container. */
    static Tristate evaluateInContainer(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(ValueSource source, Operator operator, Constant constant)
            when isContainerId(source) ->
                !isHost(constant)
                        ? Tristate.UNKNOWN
                        : operator == Operator.EQUAL
                                ? Tristate.FALSE
                                : operator == Operator.NOT_EQUAL ? Tristate.TRUE : Tristate.UNKNOWN;
            case CheckedExpr.Member member
            when isContainerId(member.source()) ->
                allHost(member.set().constants()) ? Tristate.FALSE : Tristate.UNKNOWN;
            case CheckedExpr.Exists exists when isContainerId(exists.source()) -> Tristate.TRUE;
            default -> Tristate.UNKNOWN;
        };
    }

    private static boolean allHost(List<Constant> constants) {
        return constants.stream().allMatch(ContainerMembership::isHost);
    }

    private static boolean isHost(Constant constant) {
        return constant instanceof Constant.Text(String text) && text.equals(HOST);
    }

    private static boolean isContainerId(ValueSource source) {
        return source instanceof ValueSource.FieldValue field && field.ref().field() == Field.CONTAINER_ID;
    }

    private static PartialEvent hostEvent() {
        Map<Field, Object> values = new EnumMap<>(Field.class);
        for (Field field : Field.values()) {
            if (FieldGroup.isContainerField(field) && !field.list()) {
                values.put(field, HOST_FIELDS.contains(field) ? HOST : PartialEvent.ABSENT);
            }
        }
        EMPTY_FIELDS.forEach(field -> values.put(field, ""));
        FALSE_FIELDS.forEach(field -> values.put(field, 0L));
        return PartialEvent.of(values);
    }
}
