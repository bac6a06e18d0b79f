package io.tiercel.sensor.fields;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What kind of thing a system call with plain parameters is about: {@code evt.category}. */
final class SyscallCategories {
    private static final Map<String, List<String>> NAMES = Map.of(
            "user",
                    List.of("setuid setgid setreuid setregid setresuid setresgid getuid geteuid getgid getegid"
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

    private static final Map<String, String> BY_NAME = new HashMap<>();

    static {
        NAMES.forEach((category, names) -> names.forEach(name -> BY_NAME.put(name, category)));
    }

    private SyscallCategories() {}

    static String of(String eventType) {
        return BY_NAME.getOrDefault(eventType, "file");
    }
}
