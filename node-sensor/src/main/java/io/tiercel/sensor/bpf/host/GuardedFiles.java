package io.tiercel.sensor.bpf.host;

import java.nio.charset.StandardCharsets;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * Opens and describes files that an attacker controls: the files of a container, and the executables of processes.
 *
 * <p>A call may still wait for a file system that does not answer. Only threads that can be abandoned may use this class.
 */
public final class GuardedFiles {
    private static final int O_NONBLOCK = 0x800;
    private static final int O_NOCTTY = 0x100;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;

    /** The constants of arm64 differ from those of x86-64 (arch/arm64/include/uapi/asm/fcntl.h). */
    private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");

    private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;

    /** {@code openat2} has one number on all architectures. */
    private static final long SYS_OPENAT2 = 437;

    private static final int OPEN_HOW_FLAGS = 0;
    private static final int OPEN_HOW_RESOLVE = 16;
    private static final int OPEN_HOW_SIZE = 24;
    private static final long RESOLVE_NO_MAGICLINKS = 0x02;
    private static final long RESOLVE_IN_ROOT = 0x10;

    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;

    /** Takes what the kernel knows, without asking the server of a network file system or of FUSE. */
    private static final int AT_STATX_DONT_SYNC = 0x4000;

    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_NLINK = 16;
    private static final int STATX_UID = 20;
    private static final int STATX_GID = 24;
    private static final int STATX_MODE = 28;
    private static final int STATX_INO = 32;
    private static final int STATX_SIZE = 40;
    private static final int STATX_CTIME = 96;
    private static final int STATX_MTIME = 112;
    private static final int STATX_DEVICE_MAJOR = 136;
    private static final int STATX_DEVICE_MINOR = 140;
    private static final int STATX_STRUCT_SIZE = 256;

    private static final int S_IFMT = 0xf000;
    private static final int S_IFREG = 0x8000;
    private static final long SECOND = 1_000_000_000L;

    private static final Runtime RUNTIME = Runtime.getSystemRuntime();
    private static final FileLibC LIBC = NativeFunctions.load(FileLibC.class, null);

    private GuardedFiles() {}

    /**
     * The attributes of a file (statx(2)).
     *
     * @param device the device number in the encoding of stat(2)
     * @param mode the type and the permissions
     * @param size in bytes
     * @param ctimeNanos the change time in nanoseconds since the epoch
     * @param mtimeNanos the modification time in nanoseconds since the epoch
     */
    public record FileAttributes(
            long device, long ino, int mode, int uid, int gid, int links, long size, long ctimeNanos, long mtimeNanos) {
        public boolean isRegular() {
            return (mode & S_IFMT) == S_IFREG;
        }
    }

    /**
     * Describes a file. Follows links.
     *
     * @param path an absolute path in ASCII
     * @return null if the file does not exist or cannot be reached
     */
    public static @Nullable FileAttributes attributes(String path) {
        return statx(AT_FDCWD, path, AT_STATX_DONT_SYNC);
    }

    /**
     * Opens a file below a directory as a process whose root is that directory sees it, but only to describe it. Opening has
     * no side effect on FIFOs and devices. Does not follow a link in the last component.
     *
     * @param root an absolute path of a directory, in ASCII
     * @param path a path relative to the directory, in ASCII
     * @return null if the file does not exist
     */
    public static @Nullable LocatedFile locate(String root, String path) {
        int directory = LIBC.open(string(root), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (directory < 0) {
            return null;
        }
        try {
            Pointer how = Memory.allocateDirect(RUNTIME, OPEN_HOW_SIZE, true);
            how.putLong(OPEN_HOW_FLAGS, O_PATH | O_NOFOLLOW | O_CLOEXEC);
            how.putLong(OPEN_HOW_RESOLVE, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
            int fd = (int) LIBC.syscall(SYS_OPENAT2, directory, string(path), how, OPEN_HOW_SIZE);
            if (fd < 0) {
                return null;
            }
            FileAttributes attributes = statx(fd, "", AT_EMPTY_PATH);
            if (attributes == null) {
                LIBC.close(fd);
                return null;
            }
            return new LocatedFile(fd, attributes);
        } finally {
            LIBC.close(directory);
        }
    }

    private static @Nullable FileAttributes statx(int directory, String path, int flags) {
        Pointer stat = Memory.allocateDirect(RUNTIME, STATX_STRUCT_SIZE, true);
        if (LIBC.statx(directory, string(path), flags, STATX_BASIC_STATS, stat) != 0) {
            return null;
        }
        return new FileAttributes(
                device(stat.getInt(STATX_DEVICE_MAJOR), stat.getInt(STATX_DEVICE_MINOR)),
                stat.getLong(STATX_INO),
                stat.getShort(STATX_MODE) & 0xffff,
                stat.getInt(STATX_UID),
                stat.getInt(STATX_GID),
                stat.getInt(STATX_NLINK),
                stat.getLong(STATX_SIZE),
                nanos(stat, STATX_CTIME),
                nanos(stat, STATX_MTIME));
    }

    private static long device(int major, int minor) {
        return minor & 0xff | (long) (major & 0xfff) << 8 | (long) (minor & ~0xff) << 12;
    }

    private static long nanos(Pointer stat, int offset) {
        return stat.getLong(offset) * SECOND + stat.getInt(offset + 8);
    }

    private static Pointer string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        Pointer pointer = Memory.allocateDirect(RUNTIME, bytes.length + 1, true);
        pointer.put(0, bytes, 0, bytes.length);
        return pointer;
    }

    /** A file that was found but is not open for reading. */
    public static final class LocatedFile implements AutoCloseable {
        private final int fd;
        private final FileAttributes attributes;

        private LocatedFile(int fd, FileAttributes attributes) {
            this.fd = fd;
            this.attributes = attributes;
        }

        public FileAttributes attributes() {
            return attributes;
        }

        /**
         * Reads the beginning of a regular file. The file is the one that {@link #attributes} describes, even if its name
         * has another one by now. A lease on the file does not delay the call.
         *
         * @param limit the maximum number of bytes
         * @return empty if the file is not a regular file or cannot be read
         */
        public byte[] read(int limit) {
            if (!attributes.isRegular()) {
                return new byte[0];
            }
            int open = LIBC.open(string("/proc/self/fd/" + fd), O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
            if (open < 0) {
                return new byte[0];
            }
            try {
                return read(open, (int) Math.min(limit, attributes.size()));
            } finally {
                LIBC.close(open);
            }
        }

        private static byte[] read(int open, int count) {
            Pointer buffer = Memory.allocateDirect(RUNTIME, Math.max(1, count));
            int length = 0;
            while (length < count) {
                long read = LIBC.read(open, buffer.slice(length), count - length);
                if (read <= 0) {
                    break;
                }
                length += (int) read;
            }
            byte[] bytes = new byte[length];
            buffer.get(0, bytes, 0, length);
            return bytes;
        }

        @Override
        public void close() {
            LIBC.close(fd);
        }
    }
}
