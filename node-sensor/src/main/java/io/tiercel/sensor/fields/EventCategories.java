package io.tiercel.sensor.fields;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The categories of event types: {@code evt.category}. */
final class EventCategories {
    private static final Map<String, List<String>> SYSCALLS = Map.of(
            "user",
                    List.of(
                            "setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid getuid geteuid getgid getegid"
                                    .split(" ")),
            "process",
                    List.of("capset prctl prlimit setrlimit getrlimit setsid setpgid setns unshare semctl semget semop"
                            .split(" ")),
            "memory", List.of("brk mmap mmap2 munmap mprotect mlock mlock2 mlockall munlock munlockall".split(" ")),
            "IPC", List.of("futex pipe pipe2".split(" ")),
            "net",
                    List.of(
                            "socket bind listen accept accept4 shutdown socketpair getsockopt setsockopt getpeername getsockname"
                                    .split(" ")),
            "wait", List.of("poll ppoll select epoll_wait".split(" ")),
            "sleep", List.of("nanosleep"),
            "other", List.of("bpf ptrace kill tgkill tkill init_module finit_module delete_module seccomp".split(" ")));

    private static final Map<String, String> BY_SYSCALL = new HashMap<>();

    static {
        SYSCALLS.forEach((category, names) -> names.forEach(name -> BY_SYSCALL.put(name, category)));
    }

    private EventCategories() {}

    /** Returns the category of a {@code RECORD_SYSCALL} event. */
    static String ofSyscall(String eventType) {
        return BY_SYSCALL.getOrDefault(eventType, "file");
    }

    /** Returns the category of a {@code RECORD_FD} event. For generic I/O calls it depends on the fd. */
    static String ofFdEvent(String eventType, FdKind fd) {
        return switch (eventType) {
            case "socket", "socketpair", "bind", "connect", "listen", "accept", "accept4", "shutdown" -> "net";
            case "getsockopt", "setsockopt", "getsockname", "getpeername" -> "net";
            case "pipe", "pipe2", "eventfd", "eventfd2", "inotify_init", "inotify_init1" -> "IPC";
            case "signalfd", "signalfd4" -> "signal";
            case "timerfd_create" -> "time";
            case "epoll_create", "epoll_create1" -> "wait";
            case "memfd_create" -> "memory";
            case "pidfd_open", "pidfd_getfd", "io_uring_setup", "io_uring_enter", "io_uring_register" -> "process";
            case "setns" -> "process";
            case "bpf", "finit_module" -> "other";
            case "userfaultfd", "fstat", "fchmod", "fchown", "getdents", "getdents64", "lseek" -> "file";
            default -> ofFd(fd);
        };
    }

    private static String ofFd(FdKind fd) {
        return switch (fd) {
            case FILE, DIRECTORY, USERFAULTFD -> "file";
            case IPV4, IPV6, UNIX, NETLINK -> "net";
            case PIPE, EVENT, INOTIFY -> "IPC";
            case SIGNALFD -> "signal";
            case TIMERFD -> "time";
            case EVENTPOLL -> "wait";
            case MEMFD -> "memory";
            case PIDFD, IO_URING, BPF -> "process";
            case NONE, MISSING, OTHER -> "other";
        };
    }
}
