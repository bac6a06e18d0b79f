package io.tiercel.sensor.state;

import io.tiercel.rules.field.Field;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Which part of an event a field is about, and whether this sensor can have a value for it. */
public enum FieldGroup {
    EVENT,
    FD,
    PROCESS,
    CONTAINER,
    NOT_SUPPLIED;

    /** Known by name, but never with a value here. */
    private static final Set<Field> NEVER = EnumSet.of(
            Field.EVT_CPU,
            Field.EVT_PLUGINNAME,
            Field.EVT_PLUGININFO,
            Field.FD_TYPES,
            Field.PROC_IS_CONTAINER_HEALTHCHECK,
            Field.PROC_IS_CONTAINER_LIVENESS_PROBE,
            Field.PROC_IS_CONTAINER_READINESS_PROBE,
            Field.PROC_NTHREADS,
            Field.PROC_NCHILDS,
            Field.PROC_FDOPENCOUNT,
            Field.PROC_FDUSAGE,
            Field.THREAD_VTID,
            Field.CONTAINER_HEALTHCHECK,
            Field.CONTAINER_LIVENESS_PROBE,
            Field.CONTAINER_READINESS_PROBE,
            Field.THREAD_CGROUPS,
            Field.THREAD_CGROUP);

    /** What the kernel alone tells of a container. */
    private static final Set<Field> KERNEL_CONTAINER =
            EnumSet.of(Field.CONTAINER_ID, Field.CONTAINER_FULL_ID, Field.CONTAINER_START_TS, Field.CONTAINER_DURATION);

    private static final List<FieldGroup> GROUPS =
            Arrays.stream(Field.values()).map(FieldGroup::find).toList();

    static FieldGroup of(Field field) {
        return GROUPS.get(field.ordinal());
    }

    /** Whether the field is about fd 0, 1 or 2 of a process, which the kernel tells where somebody asks. */
    public static boolean standardFd(Field field) {
        return field.fieldName().startsWith("proc.std");
    }

    /** The fields that events can have a value for. */
    public static Set<Field> supplied() {
        Set<Field> fields = EnumSet.allOf(Field.class);
        fields.removeIf(field -> of(field) == NOT_SUPPLIED);
        return fields;
    }

    /** Whether a field's value in a container comes from the container's runtime, so that it has to be awaited. */
    public static boolean fromRuntime(Field field) {
        return of(field) == CONTAINER && !KERNEL_CONTAINER.contains(field);
    }

    /** Whether the field is about the event's container or its pod. */
    public static boolean ofContainer(Field field) {
        return of(field) == CONTAINER;
    }

    /** Whether the field is about the event's process, its ancestors or its user. */
    public static boolean ofProcess(Field field) {
        return of(field) == PROCESS;
    }

    private static FieldGroup find(Field field) {
        if (NEVER.contains(field)) {
            return NOT_SUPPLIED;
        }
        String name = field.fieldName();
        return switch (name.substring(0, name.indexOf('.'))) {
            case "evt", "fs", "syscall" -> EVENT;
            case "fd" -> FD;
            case "proc", "thread", "user", "group" -> PROCESS;
            case "container" -> CONTAINER;
            case "k8s" -> field == Field.K8S_NS_NAME || name.startsWith("k8s.pod.") ? CONTAINER : NOT_SUPPLIED;
            default -> NOT_SUPPLIED;
        };
    }
}
