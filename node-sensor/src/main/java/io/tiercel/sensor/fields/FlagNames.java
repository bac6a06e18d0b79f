package io.tiercel.sensor.fields;

/** Names of errors, signals, capabilities and flags, and conversion of flags from the kernel's to Falco's encoding. */
public final class FlagNames {
    /** A flag in the kernel's and in Falco's encoding. Tables have the order in which names are printed. */
    private record Flag(String name, long kernel, long encoded) {}

    private static final int KERNEL_ACCESS_MODE = 3;
    private static final int ENCODED_READ_WRITE = 3;
    private static final int FILE_CREATED_ENCODED = 1 << 14;
    private static final int UPPER_LAYER_ENCODED = 1 << 15;
    private static final int LOWER_LAYER_ENCODED = 1 << 16;

    /** In the kernel's encoding, O_SYNC includes O_DSYNC, and O_TMPFILE includes O_DIRECTORY. */
    private static final Flag[] OPEN = flags(
            new Flag("O_LARGEFILE", 0100000, 1 << 11),
            new Flag("O_DIRECTORY", 0200000, 1 << 10),
            new Flag("O_DIRECT", 040000, 1 << 9),
            new Flag("O_TRUNC", 01000, 1 << 8),
            new Flag("O_SYNC", 04010000, 1 << 7),
            new Flag("O_NONBLOCK", 04000, 1 << 6),
            new Flag("O_EXCL", 0200, 1 << 5),
            new Flag("O_DSYNC", 010000, 1 << 4),
            new Flag("O_APPEND", 02000, 1 << 3),
            new Flag("O_CREAT", 0100, 1 << 2),
            new Flag("O_RDWR", 0, 3),
            new Flag("O_WRONLY", 0, 2),
            new Flag("O_RDONLY", 0, 1),
            new Flag("O_CLOEXEC", 02000000, 1 << 12),
            new Flag("O_TMPFILE", 020200000, 1 << 13),
            new Flag("O_F_CREATED", 0, FILE_CREATED_ENCODED),
            new Flag("FD_UPPER_LAYER", 0, UPPER_LAYER_ENCODED),
            new Flag("FD_LOWER_LAYER", 0, LOWER_LAYER_ENCODED));

    private static final Flag[] CREAT =
            flags(new Flag("FD_UPPER_LAYER_CREAT", 0, 1), new Flag("FD_LOWER_LAYER_CREAT", 0, 2));

    private static final Flag[] RESOLVE = flags(
            new Flag("RESOLVE_BENEATH", 8, 1),
            new Flag("RESOLVE_IN_ROOT", 16, 2),
            new Flag("RESOLVE_NO_MAGICLINKS", 2, 4),
            new Flag("RESOLVE_NO_SYMLINKS", 4, 8),
            new Flag("RESOLVE_NO_XDEV", 1, 16),
            new Flag("RESOLVE_CACHED", 32, 32));

    private static final Flag[] UNLINK = flags(new Flag("AT_REMOVEDIR", 0x200, 0x200));

    private static final Flag[] RENAME = flags(
            new Flag("RENAME_NOREPLACE", 1, 1), new Flag("RENAME_EXCHANGE", 2, 2), new Flag("RENAME_WHITEOUT", 4, 4));

    private static final Flag[] EXECUTABLE = flags(
            new Flag("EXE_WRITABLE", 0, 1),
            new Flag("EXE_UPPER_LAYER", 0, 2),
            new Flag("EXE_FROM_MEMFD", 0, 4),
            new Flag("EXE_LOWER_LAYER", 0, 8));

    private static final Flag[] MODE = flags(
            new Flag("S_IXOTH", 1, 1),
            new Flag("S_IWOTH", 2, 2),
            new Flag("S_IROTH", 4, 4),
            new Flag("S_IXGRP", 010, 010),
            new Flag("S_IWGRP", 020, 020),
            new Flag("S_IRGRP", 040, 040),
            new Flag("S_IXUSR", 0100, 0100),
            new Flag("S_IWUSR", 0200, 0200),
            new Flag("S_IRUSR", 0400, 0400),
            new Flag("S_ISVTX", 01000, 01000),
            new Flag("S_ISGID", 02000, 02000),
            new Flag("S_ISUID", 04000, 04000));

    private static final String[] ERRORS = """
        EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT
        ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG
        ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY
        ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE
        EBADR EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG
        EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ
        EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS
        ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT
        EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH
        ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS
        ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM
        ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED
        EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL -
        """.strip().split("\\s+");

    private static final String[] SIGNALS = """
        SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2
        SIGPIPE SIGALRM SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG
        SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS
        """.strip().split("\\s+");

    private static final String[] CAPABILITIES = """
        CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
        NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT
        SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE
        AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ
        PERFMON BPF CHECKPOINT_RESTORE
        """.strip().split("\\s+");

    private FlagNames() {}

    /** Encodes the flags of an open. The access mode becomes bits, and facts about the opened file become flags. */
    static long encodeOpen(int flags, boolean created, boolean upper, boolean lower) {
        return encode(flags, OPEN)
                | accessOfOpen(flags)
                | (created ? FILE_CREATED_ENCODED : 0)
                | (upper ? UPPER_LAYER_ENCODED : 0)
                | (lower ? LOWER_LAYER_ENCODED : 0);
    }

    /** Returns the bits of {@link #encodeOpen} for reading and writing. Most rules about opens ask for them first. */
    static int accessOfOpen(int flags) {
        int access = (flags & KERNEL_ACCESS_MODE) + 1;
        return access > ENCODED_READ_WRITE ? 0 : access;
    }

    /** Encodes the open flags of other calls that create an fd, which have no access mode. */
    static long encodeFdFlags(int flags) {
        return encode(flags, OPEN);
    }

    static long encodeResolve(int flags) {
        return encode(flags, RESOLVE);
    }

    static long encodeUnlink(int flags) {
        return encode(flags, UNLINK);
    }

    static long encodeRename(int flags) {
        return encode(flags, RENAME);
    }

    static String open(long encoded) {
        return encoded == 0 ? "O_NONE" : names(encoded, OPEN);
    }

    static String creat(long encoded) {
        return names(encoded, CREAT);
    }

    static String resolve(long encoded) {
        return names(encoded, RESOLVE);
    }

    static String unlink(long encoded) {
        return names(encoded, UNLINK);
    }

    static String rename(long encoded) {
        return names(encoded, RENAME);
    }

    static String executable(long encoded) {
        return names(encoded, EXECUTABLE);
    }

    static String mode(long mode) {
        return names(mode, MODE);
    }

    /** Returns the name of an error, such as {@code ENOENT} for 2; the number if it has no name. */
    public static String errorName(long number) {
        return number > 0 && number <= ERRORS.length && !ERRORS[(int) number - 1].equals("-")
                ? ERRORS[(int) number - 1]
                : Long.toString(number);
    }

    /** Returns the name of a signal, such as {@code SIGKILL} for 9; empty if it has no name. */
    static String signal(long number) {
        return number > 0 && number <= SIGNALS.length ? SIGNALS[(int) number - 1] : "";
    }

    /** Returns the names of a capability set, separated by spaces. */
    static String capabilities(long set) {
        StringBuilder names = new StringBuilder();
        for (int bit = 0; bit < CAPABILITIES.length; bit++) {
            if ((set >>> bit & 1) != 0) {
                names.append(names.isEmpty() ? "CAP_" : " CAP_").append(CAPABILITIES[bit]);
            }
        }
        return names.toString();
    }

    /** Returns an array, because a list would be iterated for every open. */
    private static Flag[] flags(Flag... flags) {
        return flags;
    }

    private static long encode(long flags, Flag[] table) {
        long encoded = 0;
        for (Flag flag : table) {
            if (flag.kernel != 0 && (flags & flag.kernel) == flag.kernel) {
                encoded |= flag.encoded;
            }
        }
        return encoded;
    }

    /** Returns the names, separated by bars. A flag of several bits replaces the flags that it includes. */
    private static String names(long encoded, Flag[] table) {
        StringBuilder names = new StringBuilder();
        long remaining = encoded;
        for (Flag flag : table) {
            if ((remaining & flag.encoded) == flag.encoded) {
                names.append(names.isEmpty() ? "" : "|").append(flag.name);
                remaining &= ~flag.encoded;
            }
        }
        return names.toString();
    }
}
