package io.tiercel.sensor.bpf.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.rules.event.EventParameter;
import io.tiercel.rules.event.EventTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bpf/syscalls.tsv} has all syscalls with the numbers of the kernel's own headers. */
@Tag("unit")
class SyscallTableTest {
    private static final Path TABLE = Path.of(System.getProperty("tiercel.root"), "bpf/syscalls.tsv");
    private static final Pattern HEADER_NUMBER = Pattern.compile(
            "#define __NR(?:3264)?_(\\w+)\\s+(?:\\(__(?:X32_SYSCALL_BIT|NR_SYSCALL_BASE) \\+ )?(\\d+)\\)?");
    private static final int X32_FIRST = 512;

    /** Syscalls that the official rules and the state of processes and descriptors need. */
    private static final List<String> NEEDED = List.of("""
            accept accept4 bind bpf capset chdir chmod chroot clone clone3 close close_range connect creat dup dup2 dup3
            epoll_create epoll_create1 eventfd eventfd2 execve execveat fchdir fchmod fchmodat fcntl finit_module fork
            getsockopt init_module inotify_init inotify_init1 io_uring_setup link linkat listen memfd_create mkdir mkdirat
            mount open open_by_handle_at openat openat2 pidfd_getfd pidfd_open pipe pipe2 prctl prlimit ptrace recvfrom
            recvmmsg recvmsg rename renameat renameat2 rmdir sendmmsg sendmsg sendto setgid setns setpgid setregid setresgid
            setresuid setreuid setrlimit setsid setuid shutdown signalfd signalfd4 socket socketpair symlink symlinkat
            timerfd_create umount umount2 unlink unlinkat unshare userfaultfd vfork""".strip().split("\\s+"));

    /** Names of other ABIs for a syscall whose name on x86-64 does not follow from theirs. */
    private static final Map<String, String> SAME_SYSCALL = Map.ofEntries(
            Map.entry("oldstat", "stat"),
            Map.entry("oldlstat", "lstat"),
            Map.entry("oldfstat", "fstat"),
            Map.entry("fstatat64", "newfstatat"),
            Map.entry("fstatat", "newfstatat"),
            Map.entry("fadvise64_64", "fadvise64"),
            Map.entry("arm_fadvise64_64", "fadvise64"),
            Map.entry("sync_file_range2", "sync_file_range"),
            Map.entry("arm_sync_file_range", "sync_file_range"),
            Map.entry("send", "sendto"),
            Map.entry("recv", "recvfrom"),
            Map.entry("ugetrlimit", "getrlimit"),
            Map.entry("statfs64", "statfs"),
            Map.entry("fstatfs64", "fstatfs"),
            Map.entry("_newselect", "select"));

    private record Numbers(Map<Integer, String> byNumber) {
        static Numbers ofColumn(String column) throws IOException {
            List<String> rows = Files.readAllLines(TABLE).stream()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
            int index = Arrays.asList(rows.getFirst().split("\t")).indexOf(column);
            Map<Integer, String> names = new HashMap<>();
            for (String row : rows.subList(1, rows.size())) {
                String[] values = row.split("\t");
                for (String number : values[index].equals("-") ? new String[0] : values[index].split(",")) {
                    String other = names.put(Integer.valueOf(number), values[0]);
                    assertNull(other, () -> column + " " + number + " is " + other + " and " + values[0]);
                }
            }
            return new Numbers(names);
        }
    }

    @Test
    void containsEveryNeededSyscall() {
        Set<String> missing = new TreeSet<>(NEEDED);
        missing.removeAll(SyscallTable.eventTypes());
        assertEquals(Set.of(), missing);
    }

    @ParameterizedTest
    @CsvSource({
        "x86_64, /usr/include/x86_64-linux-gnu/asm/unistd_64.h, 350",
        "i386, /usr/include/x86_64-linux-gnu/asm/unistd_32.h, 400",
        "x32, /usr/include/x86_64-linux-gnu/asm/unistd_x32.h, 30",
        "arm64, /usr/include/asm-generic/unistd.h, 290",
        "arm, /usr/lib/linux/uapi/arm/asm/unistd-eabi.h, 390"
    })
    void hasTheNumbersOfTheKernelHeaders(String abi, Path header, int minimum) throws IOException {
        assumeTrue(Files.exists(header), "kernel headers missing: install Debian's package linux-libc-dev");
        Map<Integer, String> names = Numbers.ofColumn(abi).byNumber;
        Map<String, String> wrong = new TreeMap<>();
        int syscalls = 0;
        Matcher line = HEADER_NUMBER.matcher(Files.readString(header));
        while (line.find()) {
            int number = Integer.parseInt(line.group(2));
            boolean notASyscall =
                    line.group(1).equals("syscalls") || line.group(1).equals("arch_specific_syscall");
            if (notASyscall || isFor32Bits(abi, number) || abi.equals("x32") && number < X32_FIRST) {
                continue;
            }
            String name = names.get(number);
            if (name == null || !isSame(line.group(1), name)) {
                wrong.put(line.group(1) + " " + number, String.valueOf(name));
            }
            syscalls++;
        }
        int found = syscalls;
        assertEquals(unsupported(abi), wrong.keySet(), wrong::toString);
        assertTrue(found >= minimum, () -> "only " + found + " syscalls in " + header);
    }

    /** Syscalls that the table leaves out: the kernel does not implement them, or passes their arguments in a structure. */
    private static Set<String> unsupported(String abi) {
        Set<String> notImplemented = Set.of(
                "break 17", "ftime 35", "gtty 32", "lock 53", "mpx 56", "prof 44", "profil 98", "stty 31", "ulimit 58");
        Set<String> argumentsInStructure = Set.of("mmap 90", "select 82");
        Set<String> all = new TreeSet<>();
        if (abi.equals("i386")) {
            all.addAll(notImplemented);
            all.addAll(argumentsInStructure);
        }
        if (abi.equals("arm")) {
            all.addAll(Set.of("pciconfig_iobase 271", "pciconfig_read 272", "pciconfig_write 273"));
        }
        return all;
    }

    /** The numbers from clock_gettime64 to sched_rr_get_interval_time64 exist only on machines of 32 bits. */
    private static boolean isFor32Bits(String abi, int number) {
        return abi.equals("arm64") && number >= 403 && number <= 423;
    }

    private static boolean isSame(String inHeader, String inTable) {
        return inHeader.equals(inTable)
                || inTable.equals(SAME_SYSCALL.get(inHeader))
                || Pattern.matches(Pattern.quote(inTable.replaceAll("64$", "")) + "(_time)?(32|64)?", inHeader);
    }

    @Test
    void givesEverySyscallOfTheKernelItsEvent() throws IOException {
        Numbers.ofColumn("x86_64").byNumber.forEach((number, name) -> {
            String event = SyscallTable.eventName(name);
            assertEquals(event, EventTypes.name(SyscallTable.eventType(number)));
            assertTrue(SyscallTable.numbers(event).contains(number));
        });
    }

    @Test
    void generatedNumbersAreThoseOfTheTable() throws ReflectiveOperationException, IOException {
        for (Map.Entry<Integer, String> syscall :
                Numbers.ofColumn("x86_64").byNumber.entrySet()) {
            String constant = "SYS_" + syscall.getValue().toUpperCase(Locale.ROOT);
            assertEquals(
                    syscall.getKey(), SyscallNumbers.class.getField(constant).get(null));
        }
        assertEquals(512 + 22, SyscallNumbers.SYS_UMOUNT, "a syscall that only i386 has");
    }

    @Test
    void genericSyscallsAreThoseWhoseEventsHaveNoParameters() {
        for (int number = 0; number < SyscallTable.LIMIT; number++) {
            int type = SyscallTable.eventType(number);
            if (type >= 0) {
                assertEquals(
                        EventTypes.numberOnly(type), SyscallTable.parameters(number) == null, EventTypes.name(type));
            }
        }
    }

    @Test
    void sendsAreCapturedForConnectEvents() {
        int sendto = SyscallNumbers.SYS_SENDTO;
        int send = RecordLayout.SYSCALL_SEND | RecordLayout.SYSCALL_FD;
        assertEquals(send, SyscallTable.captureFlags("sendto", sendto, Set.of("connect")));
        assertEquals(
                send | RecordLayout.SYSCALL_EVENT | RecordLayout.SYSCALL_STATE,
                SyscallTable.captureFlags("sendto", sendto, Set.of("connect", "sendto")));
        assertEquals(0, SyscallTable.captureFlags("sendto", sendto, Set.of("openat")));
        assertEquals(0, SyscallTable.captureFlags("recvfrom", SyscallNumbers.SYS_RECVFROM, Set.of("connect")));
    }

    @Test
    void everyParameterOfASyscallHasALocation() {
        for (int number = 0; number < SyscallTable.LIMIT; number++) {
            SyscallParameters parameters = SyscallTable.parameters(number);
            boolean fd = (SyscallTable.captureFlags("x", number, Set.of("x")) & RecordLayout.SYSCALL_FD) != 0;
            if (parameters != null && !parameters.isEmpty() && !fd) {
                String name = EventTypes.name(SyscallTable.eventType(number));
                for (EventParameter parameter : EventTypes.parameters(SyscallTable.eventType(number))) {
                    assertTrue(
                            parameter.name().equals("res") || parameters.location(parameter.name()) != null,
                            () -> name + " has no location for " + parameter.name());
                }
            }
        }
        SyscallParameters chmod = SyscallTable.parameters(SyscallNumbers.SYS_CHMOD);
        assertNotNull(chmod);
        assertFalse(chmod.isEmpty());
        assertEquals(new ParameterLocation.Path(0, -1), chmod.location("filename"));
    }

    @Test
    void memoryThatSeveralNumbersAreInIsReadOnce() {
        SyscallParameters setrlimit = new SyscallParameters(
                List.of("cur=word(arg1+0)", "max=word(arg1+8)", "resource=arg0:rlimit", "old=u16_out(arg2+4)"));
        assertEquals(new ParameterLocation.Memory(0, 8, 0, false, null), setrlimit.location("max"));
        assertEquals(new ParameterLocation.Argument(0, "rlimit"), setrlimit.location("resource"));
        assertEquals(new ParameterLocation.Memory(1, 4, 2, true, null), setrlimit.location("old"));
        byte[] spec = setrlimit.encode();
        assertEquals(RecordLayout.ARGUMENT_FIXED_BYTES, spec[RecordLayout.ARGUMENT_SPEC_KIND]);
        assertEquals(16, spec[RecordLayout.ARGUMENT_SPEC_EXTENT]);
        assertEquals(6, spec[RecordLayout.ARGUMENT_SPEC_EXTENT + 1]);
    }
}
