package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.RecordView;
import java.util.Map;

/** What a file descriptor is open on, as rules name it. */
enum FdKind {
    /** The event has nothing to do with file descriptors. */
    NONE("", ""),
    /** It is open on nothing: a failed call, or a number that is no descriptor. */
    MISSING("", "o"),
    FILE("file", "f"),
    DIRECTORY("directory", "d"),
    IPV4("ipv4", "4"),
    IPV6("ipv6", "6"),
    UNIX("unix", "u"),
    PIPE("pipe", "p"),
    EVENT("event", "e"),
    SIGNALFD("signalfd", "s"),
    TIMERFD("timerfd", "t"),
    INOTIFY("inotify", "i"),
    EVENTPOLL("eventpoll", "l"),
    BPF("bpf", "b"),
    USERFAULTFD("userfaultfd", "u"),
    IO_URING("io_uring", "r"),
    NETLINK("netlink", "n"),
    MEMFD("memfd", "m"),
    PIDFD("pidfd", "P"),
    /** Packet and other sockets, and what the kernel has besides. */
    OTHER("<NA>", "o");

    private static final int FILE_TYPE = 0170000;
    private static final int FIFO = 0010000;
    private static final int FOLDER = 0040000;
    private static final int ANON_INODE_FS_MAGIC = 0x09041934;
    private static final int PIDFS_MAGIC = 0x50494446;
    private static final String MEMFD_NAME = "memfd:";

    /** Names of inodes that lie in no file system (anon_inode_getfile in the kernel). */
    private static final Map<String, FdKind> ANONYMOUS = Map.ofEntries(
            Map.entry("[eventfd]", EVENT),
            Map.entry("[signalfd]", SIGNALFD),
            Map.entry("[timerfd]", TIMERFD),
            Map.entry("inotify", INOTIFY),
            Map.entry("[eventpoll]", EVENTPOLL),
            Map.entry("[userfaultfd]", USERFAULTFD),
            Map.entry("[io_uring]", IO_URING),
            Map.entry("[pidfd]", PIDFD),
            Map.entry("btf", BPF));

    final String type;
    final String letter;

    FdKind(String type, String letter) {
        this.type = type;
        this.letter = letter;
    }

    boolean isIp() {
        return this == IPV4 || this == IPV6;
    }

    boolean isPath() {
        return this == FILE || this == DIRECTORY;
    }

    /** Whether the fd is open on something. */
    boolean isOpen() {
        return this != NONE && this != MISSING;
    }

    /** What the descriptor of a {@code RECORD_FD} is open on, if it is no socket. */
    static FdKind ofFile(RecordView r) {
        int magic = r.intAt(FD_MAGIC);
        if (magic == 0) {
            return MISSING;
        }
        if (magic == PIDFS_MAGIC) {
            return PIDFD;
        }
        if (magic == ANON_INODE_FS_MAGIC) {
            String name = r.name(0);
            return name.startsWith("bpf") ? BPF : ANONYMOUS.getOrDefault(name, OTHER);
        }
        return switch (r.shortAt(FD_MODE) & FILE_TYPE) {
            case FIFO -> PIPE;
            case FOLDER -> DIRECTORY;
            default -> r.name(0).startsWith(MEMFD_NAME) ? MEMFD : FILE;
        };
    }

    /** The name of a memfd, from the kernel's. */
    static String memfdName(String kernel) {
        return kernel.startsWith(MEMFD_NAME) ? kernel.substring(MEMFD_NAME.length()) : kernel;
    }
}
