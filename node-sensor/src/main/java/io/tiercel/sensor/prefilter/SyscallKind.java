package io.tiercel.sensor.prefilter;

import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Kinds of syscalls, distinguished by the event fields that the prefilter uses. */
enum SyscallKind {
    /** Opens a path with flags. */
    OPEN,
    /** Opens a path without flags: {@code creat}. */
    CREAT,
    /** Opens a file by handle, without a path. */
    OPEN_BY_HANDLE,
    /** Any other syscall with parsed arguments. */
    OTHER,
    /** A syscall that is reported by number only. */
    GENERIC;

    /**
     * Event types that are never filtered. Fork events maintain process state, and close events consist of two
     * records.
     */
    private static final Set<String> NEVER_FILTERED = Set.of("clone", "clone3", "fork", "vfork", "close");

    static SyscallKind of(String type) {
        return switch (type) {
            case "open", "openat", "openat2" -> OPEN;
            case "creat" -> CREAT;
            case "open_by_handle_at" -> OPEN_BY_HANDLE;
            default -> EventTypes.numberOnly(EventTypes.code(type)) ? GENERIC : OTHER;
        };
    }

    static boolean isNeverFiltered(String type) {
        return NEVER_FILTERED.contains(type);
    }

    boolean isOpen() {
        return this == OPEN || this == CREAT || this == OPEN_BY_HANDLE;
    }

    /** Returns true if the field is a parameter that events of the type do not have. */
    private static boolean isMissingParameter(String type, FieldRef ref) {
        String parameter = ref.key();
        return ref.field() == Field.EVT_ARG
                && parameter != null
                && EventTypes.parameterIndex(EventTypes.code(type), parameter) < 0;
    }

    /** Returns the fields that have the same value in all events of a type. */
    PartialEvent constantFields(String type) {
        Map<Field, Object> values = new EnumMap<>(Field.class);
        values.put(Field.EVT_TYPE, type);
        values.put(Field.EVT_DIR, "<");
        values.put(Field.EVT_SOURCE, "syscall");
        // Otherwise the kernel does not apply the tables.
        values.put(Field.EVT_ARGS_CHANGED, 0L);
        values.put(Field.EVT_FILE_REPLACED, 0L);
        if (this != GENERIC) {
            values.put(Field.SYSCALL_TYPE, type);
        }
        if (!isOpen() || this == CREAT) {
            values.put(Field.EVT_IS_OPEN_READ, 0L);
            values.put(Field.EVT_IS_OPEN_WRITE, 0L);
        }
        if (!isOpen()) {
            values.put(Field.EVT_IS_OPEN_EXEC, 0L);
            values.put(Field.EVT_IS_OPEN_CREATE, 0L);
        }
        return PartialEvent.of(values, ref -> isMissingParameter(type, ref));
    }
}
