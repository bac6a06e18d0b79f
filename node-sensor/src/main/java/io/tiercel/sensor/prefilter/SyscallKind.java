package io.tiercel.sensor.prefilter;

import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Kinds of event types by what fields their events have, as far as the first pass looks at them. */
enum SyscallKind {
    /** Opens a path with flags. */
    OPEN,
    /** Opens a path without: {@code creat}. */
    CREAT,
    /** Opens a file without its path. */
    BY_HANDLE,
    /** Any other call. */
    CALL,
    /** A call of which only the number is known. */
    GENERIC;

    /** Types that are never looked at: of forks, which keep the state right, and of closing, which takes two records. */
    private static final Set<String> LEFT_ALONE = Set.of("clone", "clone3", "fork", "vfork", "close");

    static SyscallKind of(String type) {
        return switch (type) {
            case "open", "openat", "openat2" -> OPEN;
            case "creat" -> CREAT;
            case "open_by_handle_at" -> BY_HANDLE;
            default -> EventTypes.generic(EventTypes.code(type)) ? GENERIC : CALL;
        };
    }

    static boolean leftAlone(String type) {
        return LEFT_ALONE.contains(type);
    }

    boolean opens() {
        return this == OPEN || this == CREAT || this == BY_HANDLE;
    }

    /** What is the same for all events of a type. */
    PartialEvent constants(String type) {
        Map<Field, Object> values = new EnumMap<>(Field.class);
        values.put(Field.EVT_TYPE, type);
        values.put(Field.EVT_DIR, "<");
        values.put(Field.EVT_SOURCE, "syscall");
        if (this != GENERIC) {
            values.put(Field.SYSCALL_TYPE, type);
        }
        if (!opens() || this == CREAT) {
            values.put(Field.EVT_IS_OPEN_READ, 0L);
            values.put(Field.EVT_IS_OPEN_WRITE, 0L);
        }
        if (!opens()) {
            values.put(Field.EVT_IS_OPEN_EXEC, 0L);
            values.put(Field.EVT_IS_OPEN_CREATE, 0L);
        }
        return PartialEvent.of(values);
    }
}
