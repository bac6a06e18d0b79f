package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.RecordLayout.RECORD_FD;

import io.tiercel.sensor.bpf.RecordView;

/** What calls on file descriptors are about: {@code evt.category}, and whether they read or write. */
final class FdCategories {
    private FdCategories() {}

    /** The category of an event, by what it works on where the event says nothing of its own. */
    static String of(String event, FdKind fd) {
        return switch (event) {
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
            default -> of(fd);
        };
    }

    static boolean reads(RecordView r) {
        return r.kind() == RECORD_FD
                && switch (r.syscall()) {
                    case 0, 17, 19, 45, 47, 295 -> true; // read, pread, readv, recvfrom, recvmsg, preadv
                    default -> false;
                };
    }

    static boolean writes(RecordView r) {
        return r.kind() == RECORD_FD
                && switch (r.syscall()) {
                    case 1, 18, 20, 44, 46, 296 -> true; // write, pwrite, writev, sendto, sendmsg, pwritev
                    default -> false;
                };
    }

    private static String of(FdKind fd) {
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
