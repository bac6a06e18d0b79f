package io.tiercel.sensor.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.rules.event.EventParameter;
import io.tiercel.rules.event.EventTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of system calls holds all of them. */
class SyscallsTest {
    private static final Path NUMBERS = Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
    private static final Pattern NUMBER = Pattern.compile("#define __NR_(\\w+) (\\d+)");

    /** System calls that the official rules and the state of processes and descriptors need. */
    private static final List<String> NEEDED = List.of("""
            accept accept4 bind bpf capset chdir chmod chroot clone clone3 close close_range connect creat dup dup2 dup3
            epoll_create epoll_create1 eventfd eventfd2 execve execveat fchdir fchmod fchmodat fcntl finit_module fork
            getsockopt init_module inotify_init inotify_init1 io_uring_setup link linkat listen memfd_create mkdir mkdirat
            mount open open_by_handle_at openat openat2 pidfd_getfd pidfd_open pipe pipe2 prctl prlimit ptrace recvfrom
            recvmmsg recvmsg rename renameat renameat2 rmdir sendmmsg sendmsg sendto setgid setns setpgid setregid setresgid
            setresuid setreuid setrlimit setsid setuid shutdown signalfd signalfd4 socket socketpair symlink symlinkat
            timerfd_create umount umount2 unlink unlinkat unshare userfaultfd vfork""".strip().split("\\s+"));

    @Test
    void everyNeededCallIsKnown() {
        Set<String> missing = new TreeSet<>(NEEDED);
        missing.removeAll(Syscalls.names());
        assertEquals(Set.of(), missing);
    }

    @Test
    void everyCallOfTheKernelHasItsNumber() throws IOException {
        assumeTrue(Files.exists(NUMBERS), "no list of the kernel's numbers: install Debian's package linux-libc-dev");
        Matcher number = NUMBER.matcher(Files.readString(NUMBERS));
        int calls = 0;
        while (number.find()) {
            String name = Syscalls.eventName(number.group(1));
            int type = Syscalls.eventType(Integer.parseInt(number.group(2)));
            assertTrue(type >= 0, () -> name + " is not captured");
            assertEquals(name, EventTypes.name(type));
            assertTrue(Syscalls.names().contains(name));
            calls++;
        }
        assertTrue(calls > 350, "only " + calls + " calls");
    }

    @Test
    void everyParameterOfAPlainCallIsReadSomehow() {
        for (int number = 0; number < Syscalls.LIMIT; number++) {
            SyscallParameters call = Syscalls.plain(number);
            if (call != null && call.reads()) {
                String name = EventTypes.name(Syscalls.eventType(number));
                for (EventParameter parameter : EventTypes.parameters(Syscalls.eventType(number))) {
                    assertTrue(
                            parameter.name().equals("res") || call.reading(parameter.name()) != null,
                            () -> name + " does not say where " + parameter.name() + " is");
                }
            }
        }
        assertNotNull(Syscalls.plain(90));
    }
}
