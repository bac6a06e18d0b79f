package io.tiercel.sensor.bpf;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.rules.event.EventTypes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All system calls by the number that the capture program gives them, and the events that they are. */
public final class Syscalls {
    /** Numbers are smaller than this. */
    static final int LIMIT = RecordLayout.WISHES_THREAD_EXITS;

    /** Events that other names of system calls stand for, in rules too. */
    private static final Map<String, String> OTHER_NAMES =
            Map.of("pread64", "pread", "pwrite64", "pwrite", "prlimit64", "prlimit", "fchmodat2", "fchmodat");

    /** If one of them is wanted, all are kept track of: whom a datagram socket has last sent to or heard from. */
    private static final Set<String> DATAGRAMS =
            Set.of("sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg");

    /** Kept right whether or not somebody wants the events: where processes are, their sessions, groups and limits. */
    private static final Set<Integer> STATE = Set.of(80, 81, 109, 112, 160, 302);

    private static final Map<String, List<Integer>> NUMBERS = new TreeMap<>();
    private static final int[] TYPES = new int[LIMIT];
    private static final @Nullable SyscallParameters[] PLAIN = new SyscallParameters[LIMIT];

    static {
        Arrays.fill(TYPES, -1);
        try (InputStream in = Objects.requireNonNull(Syscalls.class.getResourceAsStream("calls.txt"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            reader.lines().filter(line -> !line.startsWith("#")).forEach(Syscalls::read);
        } catch (IOException e) {
            throw new UncheckedIOException("calls.txt cannot be read from the jar", e);
        }
    }

    private Syscalls() {}

    /** Code of the event type of a system call; -1 if there is no such call. */
    public static int eventType(int number) {
        return number >= 0 && number < LIMIT ? TYPES[number] : -1;
    }

    /** Names of the event types that come from system calls. */
    public static Set<String> names() {
        return NUMBERS.keySet();
    }

    /** The event type that a name of a system call or event stands for. */
    public static String eventName(String name) {
        return OTHER_NAMES.getOrDefault(name, name);
    }

    /** Name of the event type of a system call that there is. */
    static String typeName(int number) {
        return EventTypes.name(TYPES[number]);
    }

    /** Numbers of the calls that are events of a type, by its name; none if the type is no call. */
    public static List<Integer> numbersOf(String name) {
        return List.copyOf(NUMBERS.getOrDefault(name, List.of()));
    }

    /** How the parameters of a call are read from its RECORD_CALL; null if it has no such record. */
    public static @Nullable SyscallParameters plain(int number) {
        return number >= 0 && number < LIMIT ? PLAIN[number] : null;
    }

    /** Numbers of the calls that are events of a type, by its name. */
    static Map<String, List<Integer>> numbers() {
        return NUMBERS;
    }

    static Set<Integer> stateNumbers() {
        return STATE;
    }

    private static void read(String line) {
        List<String> words = List.of(line.split(" "));
        int number = Integer.parseInt(words.getFirst());
        String name = words.get(1);
        NUMBERS.computeIfAbsent(name, n -> new ArrayList<>()).add(number);
        TYPES[number] = EventTypes.code(name);
        if (!EventTypes.generic(TYPES[number])) {
            PLAIN[number] = new SyscallParameters(words.subList(2, words.size()));
        }
    }

    /** What the capture program is to do with each call if these events are wanted: bits of WISHES_INTEREST. */
    static byte wish(String name, int number, Set<String> wanted) {
        boolean state = STATE.contains(number)
                || DATAGRAMS.contains(name) && wanted.stream().anyMatch(DATAGRAMS::contains);
        int bits = (wanted.contains(name) ? WANT_EVENT : 0) | (state ? WANT_STATE : 0);
        return (byte) (bits != 0 && FdCalls.has(number) ? bits | CALL_OF_FD : bits);
    }
}
