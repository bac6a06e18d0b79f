package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.record.RecordView;
import java.util.Map;

/** The type of a file descriptor, as in {@code fd.type} and {@code fd.typechar}. */
enum FdKind {
    /** The event does not have a file descriptor. */
    NONE("", ""),
    /** The file descriptor is not open: the call failed or the number is invalid. */
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
    /** Packet sockets and all other types. */
    OTHER("<NA>", "o");

    private static final int S_IFMT = 0170000;
    private static final int S_IFIFO = 0010000;
    private static final int S_IFDIR = 0040000;
    private static final int ANON_INODE_FS_MAGIC = 0x09041934;
    private static final int PIDFS_MAGIC = 0x50494446;
    private static final String MEMFD_PREFIX = "memfd:";

    /** Names of anonymous inodes (anon_inode_getfile in the kernel). */
    private static final Map<String, FdKind> ANONYMOUS_INODES = Map.ofEntries(
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

    /** Returns true if the file descriptor is open. */
    boolean isOpen() {
        return this != NONE && this != MISSING;
    }

    /** Returns the kind of the file in a {@code RECORD_FD}. Not for sockets. */
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
            return name.startsWith("bpf") ? BPF : ANONYMOUS_INODES.getOrDefault(name, OTHER);
        }
        return switch (r.shortAt(FD_MODE) & S_IFMT) {
            case S_IFIFO -> PIPE;
            case S_IFDIR -> DIRECTORY;
            default -> r.name(0).startsWith(MEMFD_PREFIX) ? MEMFD : FILE;
        };
    }

    /** Removes the prefix from the kernel's name of a memfd. */
    static String memfdName(String kernelName) {
        return kernelName.startsWith(MEMFD_PREFIX) ? kernelName.substring(MEMFD_PREFIX.length()) : kernelName;
    }
}
