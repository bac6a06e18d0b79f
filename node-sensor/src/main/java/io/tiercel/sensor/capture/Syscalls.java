package io.tiercel.sensor.capture;

import static io.tiercel.sensor.capture.RecordLayout.*;

import io.tiercel.rules.event.EventTypes;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The system calls that the capture program knows, by their x86-64 number, and the events that they are. */
public final class Syscalls {
    private static final Map<String, Integer> NUMBERS = new TreeMap<>(Map.ofEntries(
            Map.entry("open", 2),
            Map.entry("clone", 56),
            Map.entry("fork", 57),
            Map.entry("vfork", 58),
            Map.entry("execve", 59),
            Map.entry("chdir", 80),
            Map.entry("fchdir", 81),
            Map.entry("rename", 82),
            Map.entry("mkdir", 83),
            Map.entry("rmdir", 84),
            Map.entry("creat", 85),
            Map.entry("unlink", 87),
            Map.entry("openat", 257),
            Map.entry("mkdirat", 258),
            Map.entry("unlinkat", 263),
            Map.entry("renameat", 264),
            Map.entry("open_by_handle_at", 304),
            Map.entry("renameat2", 316),
            Map.entry("execveat", 322),
            Map.entry("clone3", 435),
            Map.entry("openat2", 437)));

    /** If one of them is wanted, all are kept track of: whom a datagram socket has last sent to or heard from. */
    private static final Set<String> DATAGRAMS =
            Set.of("sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg");

    /** Kept right whether or not somebody wants the events: where processes are, and their sessions. */
    private static final Set<Integer> STATE = Set.of(80, 81, 112);

    private static final int LIMIT = 512;
    private static final int[] TYPES = new int[LIMIT];

    static {
        Arrays.fill(TYPES, -1);
        NUMBERS.putAll(FdCalls.numbers());
        NUMBERS.forEach((name, number) -> TYPES[number] = EventTypes.code(name));
    }

    private Syscalls() {}

    /** Code of the event type of a system call; -1 if the program does not know the call. */
    public static int eventType(int number) {
        return number >= 0 && number < LIMIT ? TYPES[number] : -1;
    }

    /** Names of the event types that come from system calls. */
    public static Set<String> names() {
        return NUMBERS.keySet();
    }

    static Map<String, Integer> numbers() {
        return NUMBERS;
    }

    static Set<Integer> stateNumbers() {
        return STATE;
    }

    /** What the capture program is to do with each call if these events are wanted: bits of WISHES_INTEREST. */
    static byte wish(String name, int number, Set<String> wanted) {
        boolean state = STATE.contains(number)
                || DATAGRAMS.contains(name) && wanted.stream().anyMatch(DATAGRAMS::contains);
        int bits = (wanted.contains(name) ? WANT_EVENT : 0) | (state ? WANT_STATE : 0);
        return (byte) (bits != 0 && FdCalls.has(number) ? bits | CALL_OF_FD : bits);
    }
}
