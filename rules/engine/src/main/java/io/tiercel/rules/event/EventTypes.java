package io.tiercel.rules.event;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue of event types: system calls and the events that the engine and its plugins make themselves.
 *
 * <p>Codes number the names densely from 0. They are stable within one build only: whoever stores an event stores the
 * name. The table is the resource {@code event-types.txt} beside this class.
 */
public final class EventTypes {
    private static final List<EventType> TYPES = read();
    private static final Map<String, EventType> BY_NAME = new HashMap<>();
    private static final Map<String, ParameterType> PARAMETERS = new HashMap<>();

    /** Code of the event that plugins make at their own time; every rule is evaluated for it. */
    public static final int ASYNC;

    static {
        for (EventType type : TYPES) {
            BY_NAME.put(type.name(), type);
            for (EventParameter parameter : type.parameters()) {
                PARAMETERS.putIfAbsent(parameter.name(), parameter.type());
            }
        }
        ASYNC = code("asyncevent");
    }

    private EventTypes() {}

    /** Code of a name such as {@code openat}; -1 if no event is called so. */
    public static int code(String name) {
        EventType type = BY_NAME.get(name);
        return type == null ? -1 : type.code();
    }

    /** Name of a code. */
    public static String name(int code) {
        return TYPES.get(code).name();
    }

    /** Number of event types; codes are smaller than this. */
    public static int count() {
        return TYPES.size();
    }

    /** Parameters of an event in their order; empty for generic system calls. */
    public static List<EventParameter> parameters(int code) {
        return TYPES.get(code).parameters();
    }

    /** Position of a parameter in its event; -1 if the event has none of that name. */
    public static int parameterIndex(int code, String parameter) {
        List<EventParameter> parameters = parameters(code);
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i).name().equals(parameter)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the event is a system call without a layout of its own, so that only its number is known. */
    public static boolean generic(int code) {
        return TYPES.get(code).generic();
    }

    /**
     * Type of the parameter of that name in the first event, by name, that has one; null if no event has one. Rules name
     * parameters without an event, so this is what {@code evt.arg.NAME} is checked against.
     */
    public static @Nullable ParameterType parameterType(String parameter) {
        return PARAMETERS.get(parameter);
    }

    /**
     * How many kernel event codes (entry, exit, older versions) upstream has for these names. Generic system calls
     * share two.
     */
    public static int kernelCodes(EventTypeSet types) {
        int codes = 0;
        boolean generic = false;
        for (int code : types.codes()) {
            EventType type = TYPES.get(code);
            generic |= type.generic();
            codes += type.generic() ? 0 : type.kernelCodes();
        }
        return generic ? codes + 2 : codes;
    }

    private static List<EventType> read() {
        try (InputStream in = Objects.requireNonNull(EventTypes.class.getResourceAsStream("event-types.txt"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            List<EventType> types = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("#")) {
                    read(line.split(" "), types);
                }
            }
            return List.copyOf(types);
        } catch (IOException e) {
            throw new UncheckedIOException("event-types.txt cannot be read from the jar", e);
        }
    }

    private static void read(String[] words, List<EventType> types) {
        if (words[0].equals("generic")) {
            for (int i = 1; i < words.length; i++) {
                types.add(new EventType(types.size(), words[i], true, 2, List.of()));
            }
            return;
        }
        int star = words[0].indexOf('*');
        String name = star < 0 ? words[0] : words[0].substring(0, star);
        int kernelCodes = star < 0 ? 2 : Integer.parseInt(words[0].substring(star + 1));
        List<EventParameter> parameters = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            int colon = words[i].indexOf(':');
            parameters.add(new EventParameter(
                    words[i].substring(0, colon), ParameterType.valueOf(words[i].substring(colon + 1))));
        }
        types.add(new EventType(types.size(), name, false, kernelCodes, List.copyOf(parameters)));
    }

    private record EventType(
            int code, String name, boolean generic, int kernelCodes, List<EventParameter> parameters) {}
}
