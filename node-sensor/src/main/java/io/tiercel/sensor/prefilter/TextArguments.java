package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.event.EventParameter;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.event.ParameterType;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.sensor.bpf.record.ParameterLocation;
import io.tiercel.sensor.bpf.record.SyscallParameters;
import io.tiercel.sensor.bpf.record.SyscallTable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The first texts of a call's record, at most two, that the kernel compares with patterns: paths, and strings such as the target of a
 * symbolic link. Opens have none, because the kernel compares their paths in another way.
 *
 * @param parameters indexes of texts by the names of the event's parameters
 * @param fields indexes of texts by the {@code fs.path.} fields that show them
 * @param strings indexes of the texts that are strings
 */
record TextArguments(Map<String, Integer> parameters, Map<Field, Integer> fields, Set<Integer> strings) {
    static final TextArguments NONE = new TextArguments(Map.of(), Map.of(), Set.of());

    private static final int MAX_TEXTS = 2;

    private static final Map<Field, Integer> SINGLE_PATH = Map.of(Field.FS_PATH_NAME, 0, Field.FS_PATH_NAMERAW, 0);
    private static final Map<Field, Integer> TWO_PATHS = Map.of(
            Field.FS_PATH_SOURCE, 0, Field.FS_PATH_SOURCERAW, 0, Field.FS_PATH_TARGET, 1, Field.FS_PATH_TARGETRAW, 1);

    /** Parameters of all event types that are texts. */
    private static final Set<String> PARAMETERS = SyscallTable.eventTypes().stream()
            .filter(type -> SyscallKind.of(type) == SyscallKind.OTHER)
            .flatMap(type -> of(type).parameters.keySet().stream())
            .collect(Collectors.toUnmodifiableSet());

    /** Returns true if the parameter with a name is a text of some event type. */
    static boolean isParameter(@Nullable String name) {
        return name != null && PARAMETERS.contains(name);
    }

    /** Returns the texts of the calls of an event type. */
    static TextArguments of(String type) {
        return switch (type) {
            case "unlink", "rmdir", "mkdir", "mkdirat" -> new TextArguments(Map.of("path", 0), SINGLE_PATH, Set.of());
            case "unlinkat" -> new TextArguments(Map.of("name", 0), SINGLE_PATH, Set.of());
            case "rename", "renameat", "renameat2" ->
                new TextArguments(Map.of("oldpath", 0, "newpath", 1), TWO_PATHS, Set.of());
            default -> {
                List<TextArguments> calls = SyscallTable.numbers(type).stream()
                        .map(number -> ofArguments(type, number))
                        .distinct()
                        .toList();
                yield calls.size() == 1 ? calls.getFirst() : NONE;
            }
        };
    }

    /** Returns the texts of a call whose record consists of its arguments. */
    private static TextArguments ofArguments(String type, int number) {
        SyscallParameters call = SyscallTable.parameters(number);
        if (call == null || !SyscallTable.recordsArguments(number) || SyscallTable.maintainsState(type)) {
            return NONE;
        }
        Map<String, Integer> indexes = new TreeMap<>();
        Set<Integer> strings = new HashSet<>();
        for (EventParameter parameter : EventTypes.parameters(EventTypes.code(type))) {
            int index = textIndex(call, parameter);
            if (index >= 0 && index < MAX_TEXTS) {
                indexes.put(parameter.name(), index);
                if (parameter.type() == ParameterType.CHARBUF) {
                    strings.add(index);
                }
            }
        }
        if (!indexes.containsValue(0)) {
            return NONE;
        }
        Map<Field, Integer> fields = switch (type) {
            case "symlink", "symlinkat" ->
                Map.of(Field.FS_PATH_TARGETRAW, 0, Field.FS_PATH_SOURCE, 1, Field.FS_PATH_SOURCERAW, 1);
            case "mount" -> Map.of();
            default -> call.pathText(0) != 0 ? Map.of() : call.pathText(1) < 0 ? SINGLE_PATH : TWO_PATHS;
        };
        return new TextArguments(Map.copyOf(indexes), fields, Set.copyOf(strings));
    }

    /** Returns the index of the text with a parameter; -1 if its value is not a path or string that the program passed. */
    private static int textIndex(SyscallParameters call, EventParameter parameter) {
        return switch (call.location(parameter.name())) {
            case ParameterLocation.Path(int text, int _)
            when parameter.type() == ParameterType.FSPATH || parameter.type() == ParameterType.FSRELPATH -> text;
            case ParameterLocation.Text(int text, boolean output)
            when !output && parameter.type() == ParameterType.CHARBUF -> text;
            case null, default -> -1;
        };
    }

    /** Returns how many texts the kernel compares. */
    int count() {
        return parameters.isEmpty() ? 0 : parameters.containsValue(1) ? 2 : 1;
    }

    /** Returns true if a check is about the text with an index, as it is. {@code pmatch} ignores some slashes, which a string can have. */
    boolean isAbout(CheckedExpr check, int index) {
        if (check instanceof CheckedExpr.PathMatch && strings.contains(index)) {
            return false;
        }
        return CheckConstants.source(check) instanceof ValueSource.FieldValue field && index(field.ref()) == index;
    }

    private int index(FieldRef ref) {
        String key = ref.key();
        return ref.field() == Field.EVT_ARG
                ? key == null ? -1 : parameters.getOrDefault(key, -1)
                : fields.getOrDefault(ref.field(), -1);
    }
}
