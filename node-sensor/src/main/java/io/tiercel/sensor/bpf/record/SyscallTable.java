package io.tiercel.sensor.bpf.record;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.rules.event.EventTypes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All syscalls by their number in records, with their events and parameters: the contents of {@code bpf/syscalls.tsv}, which
 * documents its columns.
 */
public final class SyscallTable {
    /** Numbers are smaller than this. */
    public static final int LIMIT = CAPTURE_CONFIG_THREAD_EXITS;

    /** A syscall that only i386 has is this plus its i386 number. */
    private static final int I386_ONLY = 512;

    /** If a rule needs one of these, all are captured: each can change the peer of a datagram socket. */
    private static final Set<String> DATAGRAM_EVENTS =
            Set.of("sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg");

    /** Events of system calls that can also connect the socket (TCP Fast Open). */
    private static final Set<String> SEND_EVENTS = Set.of("sendto", "sendmsg", "sendmmsg");

    private static final Map<String, String> EVENTS_BY_SYSCALL = new HashMap<>();
    private static final @Nullable String[] NAMES = new String[LIMIT];
    private static final Map<String, List<Integer>> NUMBERS = new TreeMap<>();
    private static final int[] EVENT_TYPES = new int[LIMIT];
    private static final @Nullable SyscallParameters[] PARAMETERS = new SyscallParameters[LIMIT];
    private static final Set<Integer> FD_SYSCALLS = new HashSet<>();
    private static final Set<Integer> ARGUMENT_SYSCALLS = new HashSet<>();
    private static final Set<Integer> PATH_SYSCALLS = new HashSet<>();

    /** Records of syscalls that have a path. */
    private static final Set<String> PATH_RECORDS = Set.of("open", "path", "rename", "chdir", "exec_failed");

    private static final Set<Integer> STATE_SYSCALLS = new HashSet<>();

    /** Records of calls that create a process or start a program. Tracepoints of their own submit what the state needs. */
    private static final Set<String> PROCESS_RECORDS = Set.of("clone", "exec_failed");

    private static final Set<String> STATE_EVENTS = new HashSet<>();

    /** By the name of a column: the numbers in records, by the numbers in the column. */
    private static final Map<String, Map<Integer, Integer>> RECORD_NUMBERS = Map.of(
            "x86_64", new HashMap<>(), "i386", new HashMap<>(), "arm64", new HashMap<>(), "arm", new HashMap<>());

    static {
        Arrays.fill(EVENT_TYPES, -1);
        try (InputStream in = Objects.requireNonNull(SyscallTable.class.getResourceAsStream("syscalls.tsv"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            List<String> rows =
                    reader.lines().filter(line -> !line.startsWith("#")).toList();
            List<String> columns = List.of(rows.getFirst().split("\t"));
            rows.stream().skip(1).forEach(row -> add(new Row(columns, row.split("\t"))));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read syscalls.tsv from the jar", e);
        }
    }

    private SyscallTable() {}

    /** One row of the table, by the names of its columns. */
    private record Row(List<String> columns, String[] values) {
        String get(String column) {
            return values[columns.indexOf(column)];
        }

        int number() {
            String number = get("x86_64");
            return number.equals("-") ? I386_ONLY + Integer.parseInt(get("i386")) : Integer.parseInt(number);
        }
    }

    /** Returns the code of the event type of a syscall, or -1 for an unknown number. */
    public static int eventType(int number) {
        return number >= 0 && number < LIMIT ? EVENT_TYPES[number] : -1;
    }

    /**
     * Returns the number in records of a syscall.
     *
     * @param column the column of {@code number}: x86_64, i386, arm64 or arm
     * @return -1 for an unknown number
     */
    public static int recordNumber(String column, int number) {
        return Objects.requireNonNull(RECORD_NUMBERS.get(column)).getOrDefault(number, -1);
    }

    /** Returns the name of an existing syscall. */
    public static String name(int number) {
        return Objects.requireNonNull(NAMES[number]);
    }

    /** Returns true if only 32-bit programs have the syscall. */
    public static boolean isI386Only(int number) {
        return number >= I386_ONLY;
    }

    /** Returns the names of the event types that syscalls are. */
    public static Set<String> eventTypes() {
        return Collections.unmodifiableSet(NUMBERS.keySet());
    }

    /** Returns the name of the event type for the name of a syscall or of an event type, such as {@code pread} for {@code pread64}. */
    public static String eventName(String name) {
        return EVENTS_BY_SYSCALL.getOrDefault(name, name);
    }

    /** Returns the name of the event type of an existing syscall. */
    public static String eventTypeName(int number) {
        return EventTypes.name(EVENT_TYPES[number]);
    }

    /** Returns the numbers of the syscalls that are events of a type; empty if the type is not a syscall. */
    public static List<Integer> numbers(String eventType) {
        return List.copyOf(NUMBERS.getOrDefault(eventType, List.of()));
    }

    /** Returns the parameters of a syscall, or null if it is generic. */
    public static @Nullable SyscallParameters parameters(int number) {
        return number >= 0 && number < LIMIT ? PARAMETERS[number] : null;
    }

    /** Returns true if the record of a syscall consists of its arguments and the texts that they point to. */
    public static boolean recordsArguments(int number) {
        return ARGUMENT_SYSCALLS.contains(number);
    }

    /** Returns the value of the fd record that holds a parameter, or null if none does. */
    public static ParameterLocation.@Nullable Argument fdValue(int number, String parameter) {
        SyscallParameters parameters = FD_SYSCALLS.contains(number) ? parameters(number) : null;
        return parameters != null && parameters.location(parameter) instanceof ParameterLocation.Argument argument
                ? argument
                : null;
    }

    /** Returns the numbers of the syscalls by the names of their event types. */
    public static Map<String, List<Integer>> numbersByEventType() {
        return NUMBERS;
    }

    /**
     * Returns true if the capture program always submits events of a type, with any rules: the process state depends on them. That does
     * not include calls that failed.
     */
    public static boolean maintainsState(String eventType) {
        return STATE_EVENTS.contains(eventType);
    }

    /** Returns the numbers of the syscalls that the process state depends on. */
    public static Set<Integer> stateSyscalls() {
        return STATE_SYSCALLS;
    }

    /** Returns the SYSCALL_ flags of a syscall if the sensor needs events of these types. */
    public static byte captureFlags(String eventType, int number, Set<String> eventTypes) {
        boolean state = STATE_SYSCALLS.contains(number)
                || DATAGRAM_EVENTS.contains(eventType) && !Collections.disjoint(eventTypes, DATAGRAM_EVENTS);
        boolean connects = SEND_EVENTS.contains(eventType) && eventTypes.contains("connect");
        int flags = (eventTypes.contains(eventType) ? SYSCALL_EVENT : 0)
                | (state ? SYSCALL_STATE : 0)
                | (connects ? SYSCALL_SEND : 0);
        return (byte) (flags == 0 ? 0 : flags | kindFlags(number));
    }

    /** Returns the numbers of the syscalls that the sensor captures if it needs events of these types. */
    public static Set<Integer> capturedSyscalls(Set<String> eventTypes) {
        Set<Integer> captured = new HashSet<>();
        NUMBERS.forEach((name, numbers) -> numbers.stream()
                .filter(number -> captureFlags(name, number, eventTypes) != 0)
                .forEach(captured::add));
        return captured;
    }

    /** Returns the SYSCALL_ flags of a syscall that do not depend on the rules. */
    public static byte kindFlags(int number) {
        return (byte) ((FD_SYSCALLS.contains(number) ? SYSCALL_FD : 0)
                | (PATH_SYSCALLS.contains(number) ? SYSCALL_PATHS : 0));
    }

    private static void add(Row row) {
        int number = row.number();
        String event = row.get("event");
        String record = row.get("record");
        EVENTS_BY_SYSCALL.put(row.get("name"), event);
        NAMES[number] = row.get("name");
        RECORD_NUMBERS.forEach((column, numbers) -> {
            for (String alias : row.get(column).split(",")) {
                if (!alias.equals("-")) {
                    numbers.put(Integer.parseInt(alias), number);
                }
            }
        });
        NUMBERS.computeIfAbsent(event, name -> new ArrayList<>()).add(number);
        EVENT_TYPES[number] = EventTypes.code(event);
        if (row.get("state").equals("yes")) {
            STATE_SYSCALLS.add(number);
        }
        if (row.get("state").equals("yes") || PROCESS_RECORDS.contains(record)) {
            STATE_EVENTS.add(event);
        }
        if (record.equals("fd")) {
            FD_SYSCALLS.add(number);
        }
        if (record.equals("syscall")) {
            ARGUMENT_SYSCALLS.add(number);
        }
        if (PATH_RECORDS.contains(record) || row.get("parameters").contains("path(")) {
            PATH_SYSCALLS.add(number);
        }
        if (!record.equals("generic")) {
            String parameters = row.get("parameters");
            PARAMETERS[number] =
                    new SyscallParameters(parameters.equals("-") ? List.of() : List.of(parameters.split(" ")));
        }
    }
}
