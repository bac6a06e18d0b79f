package io.tiercel.rules.event;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of event types: system calls, and events that the engine and its plugins generate.
 *
 * <p>Codes are consecutive numbers from 0. They can change between builds, so stored events must use names. The table
 * is the resource {@code event-types.txt} in this package.
 */
public final class EventTypes {
    private static final List<EventType> TYPES = read();
    private static final Map<String, EventType> BY_NAME = new HashMap<>();
    private static final Map<String, ParameterType> PARAMETERS = new HashMap<>();

    /** Code of the asynchronous event that plugins generate. All rules are evaluated for it. */
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

    /** Returns the code of a name such as {@code openat}, or -1 if the name is unknown. */
    public static int code(String name) {
        EventType type = BY_NAME.get(name);
        return type == null ? -1 : type.code();
    }

    /** Returns the name of a code. */
    public static String name(int code) {
        return TYPES.get(code).name();
    }

    /** Returns the number of event types, which is the exclusive upper bound of the codes. */
    public static int count() {
        return TYPES.size();
    }

    /** Returns the parameters of an event in order; empty for system calls that are reported by number only. */
    public static List<EventParameter> parameters(int code) {
        return TYPES.get(code).parameters();
    }

    /** Returns the index of a parameter in an event, or -1 if the event does not have it. */
    public static int parameterIndex(int code, String parameter) {
        List<EventParameter> parameters = parameters(code);
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i).name().equals(parameter)) {
                return i;
            }
        }
        return -1;
    }

    /** Returns whether Falco reports the event as a generic system call, of which only the number is known. */
    public static boolean generic(int code) {
        return TYPES.get(code).generic();
    }

    /** Returns whether the event is a system call that is reported by number only: generic, and without parameters. */
    public static boolean numberOnly(int code) {
        EventType type = TYPES.get(code);
        return type.generic() && type.parameters().isEmpty();
    }

    /**
     * Returns the type of a parameter name, or null if no event has such a parameter.
     *
     * <p>Rules name parameters without an event. If several events have the parameter, the first event in the table
     * decides.
     */
    public static @Nullable ParameterType parameterType(String parameter) {
        return PARAMETERS.get(parameter);
    }

    /**
     * Returns the number of kernel event codes that Falco has for these event types: entry, exit and older versions.
     * All generic system calls share two codes.
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
            throw new UncheckedIOException("cannot read the resource event-types.txt", e);
        }
    }

    private static void read(String[] words, List<EventType> types) {
        if (words[0].equals("generic")) {
            for (int i = 1; i < words.length; i++) {
                types.add(new EventType(types.size(), words[i], true, 2, List.of()));
            }
            return;
        }
        boolean extended = words[0].equals("extended");
        if (extended) {
            words = Arrays.copyOfRange(words, 1, words.length);
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
        types.add(new EventType(types.size(), name, extended, kernelCodes, List.copyOf(parameters)));
    }

    private record EventType(
            int code, String name, boolean generic, int kernelCodes, List<EventParameter> parameters) {}
}
