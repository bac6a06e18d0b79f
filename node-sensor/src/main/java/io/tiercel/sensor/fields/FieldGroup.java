package io.tiercel.sensor.fields;

import io.tiercel.rules.field.Field;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The part of an event that a field describes. */
public enum FieldGroup {
    EVENT,
    FD,
    PROCESS,
    CONTAINER,
    /** Fields that never have a value. */
    UNSUPPORTED;

    private static final Set<Field> UNSUPPORTED_FIELDS = EnumSet.of(
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

    /** Container fields that do not need the container runtime. */
    private static final Set<Field> KERNEL_CONTAINER_FIELDS =
            EnumSet.of(Field.CONTAINER_ID, Field.CONTAINER_FULL_ID, Field.CONTAINER_START_TS, Field.CONTAINER_DURATION);

    private static final List<FieldGroup> GROUPS =
            Arrays.stream(Field.values()).map(FieldGroup::find).toList();

    static FieldGroup of(Field field) {
        return GROUPS.get(field.ordinal());
    }

    /** Returns true if the field describes fd 0, 1 or 2 of a process. The kernel sends these only on request. */
    public static boolean isStandardFd(Field field) {
        return field.fieldName().startsWith("proc.std");
    }

    /** Returns the fields that can have a value. */
    public static Set<Field> supportedFields() {
        Set<Field> fields = EnumSet.allOf(Field.class);
        fields.removeIf(field -> of(field) == UNSUPPORTED);
        return fields;
    }

    /** Returns true if the container runtime supplies the field's value, so that events must wait for it. */
    public static boolean isFromRuntime(Field field) {
        return of(field) == CONTAINER && !KERNEL_CONTAINER_FIELDS.contains(field);
    }

    /** Returns true if the field describes the event's container or its pod. */
    public static boolean isContainerField(Field field) {
        return of(field) == CONTAINER;
    }

    /** Returns true if the field describes the event's process, its ancestors or its user. */
    public static boolean isProcessField(Field field) {
        return of(field) == PROCESS;
    }

    private static FieldGroup find(Field field) {
        if (UNSUPPORTED_FIELDS.contains(field)) {
            return UNSUPPORTED;
        }
        String name = field.fieldName();
        return switch (name.substring(0, name.indexOf('.'))) {
            case "evt", "fs", "syscall" -> EVENT;
            case "fd" -> FD;
            case "proc", "thread", "user", "group" -> PROCESS;
            case "container" -> CONTAINER;
            case "k8s" -> field == Field.K8S_NS_NAME || name.startsWith("k8s.pod.") ? CONTAINER : UNSUPPORTED;
            default -> UNSUPPORTED;
        };
    }
}
