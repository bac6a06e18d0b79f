package io.tiercel.sensor.bpf.record;

/**
 * Constants and offsets that the capture program shares with user space: the mirror of {@code bpf/layout.h}, which documents
 * them.
 *
 * <p>A record is {@code prefix | names, in reverse order | header | body | texts}. Offsets of a body are relative to its
 * start. The kernel never emits record kinds from 64 on: the sensor writes these itself for what it reads in {@code /proc}
 * and elsewhere. All state therefore arrives in one form, and a recording holds all of it.
 */
public final class RecordLayout {
    public static final int NO_TEXT = 0xffff;
    public static final int TEXT_LIMIT = 4096;

    public static final int RECORD_OPEN = 1;
    public static final int RECORD_PATH = 2;
    public static final int RECORD_RENAME = 3;
    public static final int RECORD_EXEC = 5;
    public static final int RECORD_EXEC_FAILED = 6;
    public static final int RECORD_FORK = 7;
    public static final int RECORD_CLONE = 8;
    public static final int RECORD_EXIT = 9;
    public static final int RECORD_CHDIR = 10;
    public static final int RECORD_CGROUP = 12;
    public static final int RECORD_SYSCALL = 13;
    public static final int RECORD_GENERIC = 14;
    public static final int RECORD_FD = 20;
    public static final int RECORD_FD_CLOSING = 21;
    public static final int RECORD_STANDARD_FD = 22;

    public static final int CGROUP_CREATED = 0;
    public static final int CGROUP_REMOVED = 1;
    public static final int CGROUP_ATTACHED = 2;
    public static final int CGROUP_ENTERED = 3;

    public static final int KERNEL_COPIES_SOME = 1;
    public static final int KERNEL_COPIES_ALL = 2;

    public static final int SETTINGS_READ_VARIANT = 0;
    public static final int SETTINGS_OWN_TGID = 4;
    public static final int SETTINGS_PREEMPTIBLE = 8;
    public static final int SETTINGS_PREFILTER = 12;
    public static final int SETTINGS_KERNEL_COPIES = 16;
    public static final int SETTINGS_RING_SIZE = 20;
    public static final int SETTINGS_PATH_COPIES = 24;
    public static final int SETTINGS_ENTRY_COPIES = 28;
    public static final int SETTINGS_CALL_HOOKS = 32;
    public static final int SETTINGS_PAGE_SIZE = 36;
    public static final int SETTINGS_SIZE = 40;

    public static final int SYSCALL_EVENT = 1;
    public static final int SYSCALL_STATE = 2;
    public static final int SYSCALL_FD = 4;
    public static final int SYSCALL_PATHS = 8;
    public static final int SYSCALL_SEND = 16;

    public static final int CAPTURE_CONFIG_SYSCALL_FLAGS = 0;
    public static final int CAPTURE_CONFIG_THREAD_EXITS = 1024;
    public static final int CAPTURE_CONFIG_STANDARD_FDS = 1025;
    public static final int CAPTURE_CONFIG_PREFILTER = 1026;
    public static final int CAPTURE_CONFIG_PREFILTER_VERIFY = 1027;
    public static final int CAPTURE_CONFIG_CGROUP_MISMATCH_OVERFLOW = 1028;
    public static final int CAPTURE_CONFIG_STATE_INCOMPLETE = 1029;
    public static final int CAPTURE_CONFIG_ROOT_DEVICE = 1032;
    public static final int CAPTURE_CONFIG_NAMES_CACHE = 1040;
    public static final int CAPTURE_CONFIG_PREEMPTION_ADDRESS = 1048;
    public static final int CAPTURE_CONFIG_HOOK_MISSES = 1056;
    public static final int CAPTURE_CONFIG_PREEMPTION_MODE = 1064;
    public static final int CAPTURE_CONFIG_EXIT_TRACEPOINT = 1068;
    public static final int CAPTURE_CONFIG_LINEAGE_BEGUN = 1072;
    public static final int CAPTURE_CONFIG_LINEAGE_ENDED = 1076;
    public static final int CAPTURE_CONFIG_LINEAGE_LOST = 1080;
    public static final int CAPTURE_CONFIG_LINEAGE_VERSION = 1084;
    public static final int CAPTURE_CONFIG_HOOK_GENERATION = 1088;
    public static final int CAPTURE_CONFIG_SIZE = 2112;
    public static final int PREEMPTION_UNREAD = 0;

    public static final int GENERATION_NONE = 0;

    public static final int FILTERED_TYPES = 64;
    public static final int FILTERED_OPENS = 8;
    public static final int PATH_ROWS = 32;
    public static final int RESULT_CLASSES = 16;
    public static final int FLAG_CLASSES = 128;
    public static final int COMM_CLASSES = 64;
    public static final int USER_CLASSES = 16;
    public static final int TRIE_CELLS = 8192;
    public static final int TRIE_OUTCOMES = 512;

    public static final int RESULT_AT_LEAST_3 = 3;
    public static final int RESULT_FAILED = 4;

    public static final int FLAG_CREATE = 4;
    public static final int FLAG_TRUNCATE = 8;
    public static final int FLAG_DIRECTORY = 16;
    public static final int FLAG_TMPFILE = 32;
    public static final int FLAG_FAILED = 64;

    public static final int MEMBERSHIP_HOST = 1;
    public static final int MEMBERSHIP_CONTAINER = 2;

    public static final int SOCKET_KINDS = 8;
    public static final int SOCKET_IPV4 = 1;
    public static final int SOCKET_IPV6 = 2;
    public static final int SOCKET_UNIX = 3;
    public static final int SOCKET_NETLINK = 4;
    public static final int SOCKET_OTHER = 5;

    public static final int TRANSPORTS = 4;
    public static final int TRANSPORT_TCP = 1;
    public static final int TRANSPORT_UDP = 2;

    public static final int PORT_CLASSES = 64;
    public static final int ADDRESS_CLASSES = 64;
    public static final int ADDRESS_UNIX_PATH = 62;
    public static final int ADDRESS_UNKNOWN = 63;

    public static final int MODE_CLASSES = 8;
    public static final int SUBSTRINGS = 64;
    public static final int SUBSTRING_STATES = 256;
    public static final int BYTE_CLASSES = 128;

    public static final int COMM_UNKNOWN = 63;

    public static final int TRIE_CELL_CHECK = 0;
    public static final int TRIE_CELL_BASE = 2;
    public static final int TRIE_CELL_OUTCOME = 4;
    public static final int TRIE_CELL_OUTCOME_AT_END = 6;
    public static final int TRIE_CELL_SIZE = 8;

    public static final int PREFILTER_TABLES_EVENT_TYPE = 0;
    public static final int PREFILTER_TABLES_ERROR_CLASS = 1024;
    public static final int PREFILTER_TABLES_GENERATION = 1280;
    public static final int PREFILTER_TABLES_OPEN_TYPES = 1284;
    public static final int PREFILTER_TABLES_COMMON_PROCESS = 1288;
    public static final int PREFILTER_TABLES_DOTDOT = 1352;
    public static final int PREFILTER_TABLES_OPEN_FLAGS = 1480;
    public static final int PREFILTER_TABLES_RESULT = 9672;
    public static final int PREFILTER_TABLES_PATH_PREFIX = 17864;
    public static final int PREFILTER_TABLES_PATH_SUFFIX = 148936;
    public static final int PREFILTER_TABLES_PREFIX_TRIE = 280008;
    public static final int PREFILTER_TABLES_SUFFIX_TRIE = 345544;
    public static final int PREFILTER_TABLES_MODE_ARGUMENT = 411080;
    public static final int PREFILTER_TABLES_MODE = 411144;
    public static final int PREFILTER_TABLES_ARGUMENT_ROW = 415240;
    public static final int PREFILTER_TABLES_ARGUMENT_COUNT = 415304;
    public static final int PREFILTER_TABLES_PROCESS_LAST = 415368;
    public static final int PREFILTER_TABLES_PATH_SUBSTRING = 415432;
    public static final int PREFILTER_TABLES_SUBSTRING_FOUND = 431816;
    public static final int PREFILTER_TABLES_SUBSTRING_NEXT = 433864;
    public static final int PREFILTER_TABLES_BYTE_CLASS = 466632;
    public static final int PREFILTER_TABLES_MEMBERSHIP = 466888;
    public static final int PREFILTER_TABLES_COMM = 468936;
    public static final int PREFILTER_TABLES_UID = 501704;
    public static final int PREFILTER_TABLES_SOCKET_FAMILY = 509896;
    public static final int PREFILTER_TABLES_TRANSPORT = 513992;
    public static final int PREFILTER_TABLES_PORT = 516040;
    public static final int PREFILTER_TABLES_NETWORK = 548808;
    public static final int PREFILTER_TABLES_SOCKADDR = 581576;
    public static final int PREFILTER_TABLES_NETWORKS = 614344;
    public static final int PREFILTER_TABLES_UIDS = 616392;
    public static final int PREFILTER_TABLES_PORTS = 616452;
    public static final int PREFILTER_TABLES_SIZE = 616584;

    public static final int PROCESS_NAME_COMM = 0;
    public static final int PROCESS_NAME_COMM_CLASS = 16;
    public static final int PROCESS_NAME_USER_CLASS = 24;
    public static final int PROCESS_NAME_STARTED_NS = 32;
    public static final int PROCESS_NAME_SIZE = 40;

    public static final int PROCESS_MASK_KEY_TGID = 0;
    public static final int PROCESS_MASK_KEY_SYSCALL = 4;
    public static final int PROCESS_MASK_KEY_SIZE = 8;

    public static final int PROCESS_MASK_DISJUNCTS = 0;
    public static final int PROCESS_MASK_STARTED_NS = 8;
    public static final int PROCESS_MASK_GENERATION = 16;
    public static final int PROCESS_MASK_LINEAGE = 20;
    public static final int PROCESS_MASK_VERSION = 24;
    public static final int PROCESS_MASK_CHECK = 32;
    public static final int PROCESS_MASK_SIZE = 40;

    public static final int COMM_KEY_COMM = 0;
    public static final int COMM_KEY_GENERATION = 16;
    public static final int COMM_KEY_SIZE = 24;

    public static final int MOUNT_FULL = 1;
    public static final int MOUNT_PARTIAL = 2;

    public static final int HOST_MOUNT_KIND = 0;
    public static final int HOST_MOUNT_LENGTH = 4;
    public static final int HOST_MOUNT_PATH = 8;
    public static final int HOST_MOUNT_SIZE = 264;

    public static final int MAX_KNOWN_FILES = 1024;

    public static final int KNOWN_FILE_KEY_INO = 0;
    public static final int KNOWN_FILE_KEY_DEV = 8;
    public static final int KNOWN_FILE_KEY_SIZE = 16;

    public static final int KNOWN_FILE_NUMBER = 0;
    public static final int KNOWN_FILE_LENGTH = 4;
    public static final int KNOWN_FILE_PATH = 8;
    public static final int KNOWN_FILE_SIZE = 264;

    public static final int ARGUMENT_STRING = 1;
    public static final int ARGUMENT_PATH = 2;
    public static final int ARGUMENT_BYTES = 3;
    public static final int ARGUMENT_FIXED_BYTES = 4;
    public static final int ARGUMENT_OPTIONAL = 16;

    public static final int BASE_CWD = 255;
    public static final int LENGTH_RESULT = 6;

    public static final int ARGUMENT_SPEC_CAPTURED = 0;
    public static final int ARGUMENT_SPEC_KIND = 1;
    public static final int ARGUMENT_SPEC_ARGUMENT = 4;
    public static final int ARGUMENT_SPEC_EXTENT = 7;
    public static final int ARGUMENT_SPEC_SIZE = 10;

    public static final int LOSS_RING_FULL = 0;
    public static final int LOSS_RECORD_TOO_LONG = 1;
    public static final int LOSS_PATH_TRUNCATED = 2;
    public static final int LOSS_ARGUMENT_UNREADABLE = 3;
    public static final int LOSS_CALL_NOT_REMEMBERED = 4;
    public static final int LOSS_IO_REQUEST_UNTRACKED = 5;
    public static final int LOSS_OVER_BUDGET = 6;
    public static final int LOSS_STATE_OVER_BUDGET = 7;
    public static final int LOSS_ARGUMENTS_CHANGED = 8;
    public static final int LOSS_REASONS = 9;

    public static final int LOSS_COUNTERS_COUNTS = 0;
    public static final int LOSS_COUNTERS_SIZE = 128;

    public static final int ACCOUNT_USER_BIT = 63;

    public static final int MAX_LOSS_GROUPS = 256;

    public static final int LOSS_KEY_ACCOUNT = 0;
    public static final int LOSS_KEY_TGID = 8;
    public static final int LOSS_KEY_SIZE = 16;

    public static final int LOSS_GROUP_RECORDS = 0;
    public static final int LOSS_GROUP_STATE_RECORDS = 8;
    public static final int LOSS_GROUP_CGROUP_ID = 16;
    public static final int LOSS_GROUP_UID = 24;
    public static final int LOSS_GROUP_COMM = 32;
    public static final int LOSS_GROUP_SIZE = 48;

    public static final int PREFIX_KIND = 0;
    public static final int PREFIX_HEADER_OFFSET = 2;
    public static final int PREFIX_SIZE = 8;

    public static final int MARK_ARGUMENTS_CHANGED = 1;
    public static final int MARK_KERNEL_COPY = 2;
    public static final int MARK_NAME_0_TRUNCATED = 4;
    public static final int MARK_NAME_1_TRUNCATED = 8;
    public static final int MARK_NAME_2_TRUNCATED = 16;
    public static final int MARK_FILE_REPLACED = 32;
    public static final int MARK_LINEAGE_CHANGED = 64;

    public static final int HEADER_TIME_NS = 0;
    public static final int HEADER_CGROUP_ID = 8;
    public static final int HEADER_RESULT = 16;
    public static final int HEADER_TGID = 24;
    public static final int HEADER_TID = 28;
    public static final int HEADER_UID = 32;
    public static final int HEADER_GID = 36;
    public static final int HEADER_CAP_INHERITABLE = 40;
    public static final int HEADER_CAP_PERMITTED = 48;
    public static final int HEADER_CAP_EFFECTIVE = 56;
    public static final int HEADER_DISJUNCTS = 64;
    public static final int HEADER_GENERATION = 72;
    public static final int HEADER_MARKS = 76;
    public static final int HEADER_SYSCALL = 80;
    public static final int HEADER_NAME_LENGTH = 82;
    public static final int HEADER_TEXT_LENGTH = 88;
    public static final int HEADER_COMPAT = 94;
    public static final int HEADER_SIZE = 96;

    public static final int FILE_CREATED = 1;
    public static final int FILE_UPPER_LAYER = 2;
    public static final int FILE_LOWER_LAYER = 4;
    public static final int FILE_MEMFD = 8;
    public static final int EXEC_SCRIPT = 256;
    public static final int EXEC_HOST_MOUNTS = 512;
    public static final int EXEC_HOST_DISK = 1024;
    public static final int EXEC_HOST_USERS = 2048;
    public static final int EXEC_HOST_OWNED = 4096;
    public static final int EXEC_FILE_MOUNT = 8192;
    public static final int EXEC_UNLINKED = 16384;
    public static final int EXEC_SECURE = 32768;

    public static final int EXEC_ARGUMENTS_CUT = 65536;
    public static final int EXEC_ENVIRONMENT_CUT = 131072;

    public static final int OPEN_INO = 0;
    public static final int OPEN_DEV = 8;
    public static final int OPEN_FLAGS = 12;
    public static final int OPEN_MODE = 16;
    public static final int OPEN_RESOLVE = 20;
    public static final int OPEN_DIRFD = 24;
    public static final int OPEN_FILE_FLAGS = 28;
    public static final int OPEN_FS_PATH_LENGTH = 32;
    public static final int OPEN_KNOWN_FILE = 36;
    public static final int OPEN_SIZE = 40;

    public static final int PATH_DIRFD = 0;
    public static final int PATH_FLAGS = 4;
    public static final int PATH_MODE = 8;
    public static final int PATH_SIZE = 16;

    public static final int RENAME_OLD_DIRFD = 0;
    public static final int RENAME_NEW_DIRFD = 4;
    public static final int RENAME_FLAGS = 8;
    public static final int RENAME_SIZE = 16;

    public static final int FD_BOUND = 1;
    public static final int FD_CONNECTED = 2;
    public static final int FD_ACCEPTED = 4;
    public static final int FD_PEER_CHANGED = 8;
    public static final int FD_CLIENT = 16;
    public static final int FD_SERVER = 32;

    public static final int FD_VALUES = 0;
    public static final int FD_SOURCE = 64;
    public static final int FD_PEER = 72;
    public static final int FD_INO = 80;
    public static final int FD_DEV = 88;
    public static final int FD_MAGIC = 92;
    public static final int FD_OPEN_FLAGS = 96;
    public static final int FD_FD = 100;
    public static final int FD_PID = 104;
    public static final int FD_MODE = 108;
    public static final int FD_BITS = 110;
    public static final int FD_FAMILY = 112;
    public static final int FD_TYPE = 114;
    public static final int FD_PROTOCOL = 116;
    public static final int FD_STATE = 118;
    public static final int FD_LOCAL_PORT = 120;
    public static final int FD_REMOTE_PORT = 122;
    public static final int FD_LOCAL_ADDRESS = 124;
    public static final int FD_REMOTE_ADDRESS = 140;
    public static final int FD_SIZE = 160;

    public static final int EXEC_START_NS = 0;
    public static final int EXEC_PIDNS_START_NS = 8;
    public static final int EXEC_EXE_INO = 16;
    public static final int EXEC_EXE_CTIME_NS = 24;
    public static final int EXEC_EXE_MTIME_NS = 32;
    public static final int EXEC_FD_LIMIT = 40;
    public static final int EXEC_MAJOR_FAULTS = 48;
    public static final int EXEC_MINOR_FAULTS = 56;
    public static final int EXEC_VM_SIZE = 64;
    public static final int EXEC_VM_RSS = 68;
    public static final int EXEC_VM_SWAP = 72;
    public static final int EXEC_PPID = 76;
    public static final int EXEC_VPID = 80;
    public static final int EXEC_SID = 84;
    public static final int EXEC_VPGID = 88;
    public static final int EXEC_PGID = 92;
    public static final int EXEC_TTY = 96;
    public static final int EXEC_LOGINUID = 100;
    public static final int EXEC_EXE_DEV = 104;
    public static final int EXEC_EXE_MODE = 108;
    public static final int EXEC_EXE_UID = 112;
    public static final int EXEC_EXE_GID = 116;
    public static final int EXEC_FILE_FLAGS = 120;
    public static final int EXEC_MARK = 124;
    public static final int EXEC_COMM = 128;
    public static final int EXEC_SIZE = 144;

    public static final int FORK_START_NS = 0;
    public static final int FORK_PIDNS_START_NS = 8;
    public static final int FORK_FD_LIMIT = 16;
    public static final int FORK_CHILD = 24;
    public static final int FORK_PPID = 28;
    public static final int FORK_VPID = 32;
    public static final int FORK_SID = 36;
    public static final int FORK_VPGID = 40;
    public static final int FORK_PGID = 44;
    public static final int FORK_TTY = 48;
    public static final int FORK_LOGINUID = 52;
    public static final int FORK_COMM = 56;
    public static final int FORK_SIZE = 72;

    public static final int CLONE_FLAGS = 0;
    public static final int CLONE_FD_LIMIT = 8;
    public static final int CLONE_MAJOR_FAULTS = 16;
    public static final int CLONE_MINOR_FAULTS = 24;
    public static final int CLONE_VM_SIZE = 32;
    public static final int CLONE_VM_RSS = 36;
    public static final int CLONE_VM_SWAP = 40;
    public static final int CLONE_VTID = 44;
    public static final int CLONE_VPID = 48;
    public static final int CLONE_SIZE = 56;

    public static final int EXIT_STATUS = 0;
    public static final int EXIT_REAPER = 4;
    public static final int EXIT_LAST = 8;
    public static final int EXIT_SIZE = 16;

    public static final int CHDIR_FD = 0;
    public static final int CHDIR_SIZE = 8;

    public static final int SYSCALL_ARGUMENTS = 0;
    public static final int SYSCALL_SIZE = 48;

    /** A process read from {@code /proc}: like RECORD_EXEC, but the third text is the path of its cgroup. */
    public static final int RECORD_PROCESS = 64;

    /** Users and groups. Texts: container id (empty for the host), lines of passwd, lines of group. */
    public static final int RECORD_USERS = 65;

    /** All processes have been read again since the time in the result. No body and no texts. */
    public static final int RECORD_SCAN_DONE = 66;

    /** Metadata of a container, in the form that {@link io.tiercel.sensor.container.ContainerRecord} defines. */
    public static final int RECORD_CONTAINER = 68;

    /** Mounts of the host. Text: lines of device (in user-space encoding), root and mount point as mountinfo writes them. */
    public static final int RECORD_MOUNTS = 69;

    /** Addresses of a host name that rules compare with. Texts: the name, and one address per line (none: remove the name). */
    public static final int RECORD_HOST_NAME = 70;

    /**
     * A lookup began or ended, as {@link io.tiercel.sensor.process.LookupRecord} defines it. Text: the key of the lookup.
     */
    public static final int RECORD_LOOKUP = 71;

    /** The wall clock was set. The result is the new offset from the time of records to nanoseconds since the epoch. */
    public static final int RECORD_CLOCK = 72;

    /** Records are missing here from a recording. The result is their number. */
    public static final int RECORD_GAP = 73;

    /** Files that rules name, which {@link io.tiercel.sensor.process.KnownFiles} defines. Replaces those of the last record. */
    public static final int RECORD_KNOWN_FILES = 74;

    /** Size of a program name with its terminator. */
    public static final int COMM_SIZE = 16;

    private RecordLayout() {}

    /** Returns the size of the body of a record kind, or -1 for an unknown kind. */
    public static int bodySize(int kind) {
        return switch (kind) {
            case RECORD_OPEN -> OPEN_SIZE;
            case RECORD_PATH -> PATH_SIZE;
            case RECORD_RENAME -> RENAME_SIZE;
            case RECORD_FD, RECORD_FD_CLOSING, RECORD_STANDARD_FD -> FD_SIZE;
            case RECORD_EXEC, RECORD_PROCESS -> EXEC_SIZE;
            case RECORD_FORK -> FORK_SIZE;
            case RECORD_CLONE -> CLONE_SIZE;
            case RECORD_EXIT -> EXIT_SIZE;
            case RECORD_CHDIR -> CHDIR_SIZE;
            case RECORD_SYSCALL -> SYSCALL_SIZE;
            case RECORD_EXEC_FAILED,
                    RECORD_GENERIC,
                    RECORD_CGROUP,
                    RECORD_CONTAINER,
                    RECORD_USERS,
                    RECORD_SCAN_DONE,
                    RECORD_HOST_NAME,
                    RECORD_MOUNTS,
                    RECORD_LOOKUP,
                    RECORD_CLOCK,
                    RECORD_GAP,
                    RECORD_KNOWN_FILES -> 0;
            default -> -1;
        };
    }
}
