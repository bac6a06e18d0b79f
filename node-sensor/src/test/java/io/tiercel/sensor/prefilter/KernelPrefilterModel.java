package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.bpf.record.RecordView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Java model of the filter in bpf/prefilter.h. It evaluates the same tables. */
final class KernelPrefilterModel {
    private static final int NAME_LIMIT = 255;
    private static final long ALL_DISJUNCTS = -1;

    private final ByteBuffer tables;
    private final Map<String, Integer> programs;

    /** Kernel state that is not part of the record. */
    record Node(@Nullable String comm, int home, @Nullable String hostMount) {}

    KernelPrefilterModel(PrefilterTables tables) {
        this.tables = ByteBuffer.wrap(tables.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        programs = tables.commClasses();
    }

    /** Returns the surviving disjuncts of an event, or all disjuncts if its type is not filtered. */
    long survivors(RecordView r, Node node) {
        int type = tables.get(PREFILTER_TABLES_EVENT_TYPE + r.syscall());
        if (type == 0) {
            return ALL_DISJUNCTS;
        }
        long survivors = mask(PREFILTER_TABLES_RESULT, type * RESULT_CLASSES + resultClass(r.result()));
        String comm = node.comm();
        if (comm != null) {
            survivors &= mask(PREFILTER_TABLES_COMM, type * COMM_CLASSES + programs.getOrDefault(comm, 0));
            survivors &= mask(PREFILTER_TABLES_UID, type * USER_CLASSES + userClass(r.uid()));
            survivors &= mask(PREFILTER_TABLES_MEMBERSHIP, type * 4 + node.home());
        }
        int mode = tables.get(PREFILTER_TABLES_MODE_ARGUMENT + type);
        if (mode > 0) {
            long argument = r.longAt(SYSCALL_ARGUMENTS + 8 * (mode - 1));
            survivors &= mask(PREFILTER_TABLES_MODE, type * MODE_CLASSES + (int) (argument >>> 9 & 7));
        }
        if (type <= tables.getInt(PREFILTER_TABLES_OPEN_TYPES)) {
            int open = type - 1;
            survivors &= mask(
                    PREFILTER_TABLES_OPEN_FLAGS, open * FLAG_CLASSES + flagClass(r.intAt(OPEN_FLAGS), r.result() < 0));
            survivors &= openNameSurvivors(r, node, open);
        }
        if (r.kind() == RECORD_FD) {
            survivors &= socketSurvivors(r, type);
        }
        if (tables.get(PREFILTER_TABLES_ARGUMENT_COUNT + type) > 0) {
            survivors &= argumentSurvivors(r, type);
        }
        return survivors;
    }

    private long argumentSurvivors(RecordView r, int type) {
        int row = tables.get(PREFILTER_TABLES_ARGUMENT_ROW + type);
        int count = tables.get(PREFILTER_TABLES_ARGUMENT_COUNT + type);
        String kernelNames = r.name(2);
        if (r.hasTruncatedName() || r.text(0) == null || r.text(0).length() >= NAME_LIMIT) {
            return ALL_DISJUNCTS;
        }
        String[] kernel = new String[2];
        if (!kernelNames.isEmpty()) {
            int part = count > 1 ? kernelNames.indexOf(0) : kernelNames.length();
            if (part < 0 || part >= NAME_LIMIT) {
                return ALL_DISJUNCTS;
            }
            kernel[0] = kernelNames.substring(0, part);
            kernel[1] = count > 1 ? kernelNames.substring(part + 1) : null;
        }
        long survivors = ALL_DISJUNCTS;
        for (int i = 0; i < count; i++) {
            boolean string = i == 0 && (r.syscall() == 88 || r.syscall() == 266);
            String text = r.text(i);
            String passed = string || text == null ? text : joined(r.name(i), text);
            long named = textSurvivors(row + i, passed, string);
            if (kernel[i] != null && !kernel[i].equals(passed)) {
                named |= textSurvivors(row + i, kernel[i], string);
            }
            survivors &= named;
        }
        return survivors;
    }

    private static @Nullable String joined(String base, String path) {
        if (path.isEmpty() || path.startsWith("/")) {
            return path;
        }
        return base.startsWith("/") ? (base.equals("/") ? "" : base) + "/" + path : null;
    }

    private long textSurvivors(int row, @Nullable String text, boolean string) {
        if (text == null || text.isEmpty() || text.length() >= NAME_LIMIT || !string && !text.startsWith("/")) {
            return ALL_DISJUNCTS;
        }
        int state = 0;
        long found = 0;
        for (char each : (text + "/").toCharArray()) {
            int byteClass = tables.get(PREFILTER_TABLES_BYTE_CLASS + each);
            state = tables.get(PREFILTER_TABLES_SUBSTRING_NEXT + state * BYTE_CLASSES + byteClass) & 0xff;
            found |= mask(PREFILTER_TABLES_SUBSTRING_FOUND, state);
        }
        if (!string && (found & 1) != 0) {
            return ALL_DISJUNCTS;
        }
        long survivors = mask(PREFILTER_TABLES_PATH_SUBSTRING, row * SUBSTRINGS);
        for (int i = 1; i < SUBSTRINGS; i++) {
            survivors |= (found >>> i & 1) != 0 ? mask(PREFILTER_TABLES_PATH_SUBSTRING, row * SUBSTRINGS + i) : 0;
        }
        return survivors & nameSurvivors(row, text);
    }

    private long socketSurvivors(RecordView r, int type) {
        int family = socketFamily(r);
        long survivors = mask(PREFILTER_TABLES_SOCKADDR, type * ADDRESS_CLASSES + addressArgumentClass(r.textBytes(0)))
                & mask(PREFILTER_TABLES_SOCKET_FAMILY, type * SOCKET_KINDS + family);
        int bits = r.shortAt(FD_BITS);
        boolean stream = r.shortAt(FD_TYPE) == 1;
        boolean listens = stream && r.shortAt(FD_STATE) == 10;
        if (family != SOCKET_IPV4 && family != SOCKET_IPV6 || listens || !connected(bits)) {
            return survivors;
        }
        boolean server = (bits & (FD_ACCEPTED | FD_SERVER)) != 0;
        int protocol = r.shortAt(FD_PROTOCOL);
        boolean datagrams = r.shortAt(FD_TYPE) == 2 && protocol != 1 && protocol != 58;
        if (stream || datagrams) {
            survivors &=
                    mask(PREFILTER_TABLES_TRANSPORT, type * TRANSPORTS + (datagrams ? TRANSPORT_UDP : TRANSPORT_TCP));
            int port = r.shortAt(server ? FD_LOCAL_PORT : FD_REMOTE_PORT);
            survivors &= mask(PREFILTER_TABLES_PORT, type * PORT_CLASSES + portClass(port));
        }
        byte[] address = r.bytesAt(server ? FD_LOCAL_ADDRESS : FD_REMOTE_ADDRESS, 16);
        if (r.shortAt(FD_FAMILY) == 2) {
            survivors &= mask(PREFILTER_TABLES_NETWORK, type * ADDRESS_CLASSES + addressClass(mapped(address, 0)));
        } else if (!server || family == SOCKET_IPV6) {
            survivors &= mask(PREFILTER_TABLES_NETWORK, type * ADDRESS_CLASSES + addressClass(address));
        }
        return survivors;
    }

    private static boolean connected(int bits) {
        return (bits & (FD_CONNECTED | FD_CLIENT | FD_SERVER)) != 0;
    }

    private static int socketFamily(RecordView r) {
        int offset = connected(r.shortAt(FD_BITS)) ? FD_REMOTE_ADDRESS : FD_LOCAL_ADDRESS;
        return switch (r.shortAt(FD_FAMILY)) {
            case 0 -> 0;
            case 1 -> SOCKET_UNIX;
            case 2 -> SOCKET_IPV4;
            case 10 -> r.longAt(offset) == 0 && r.intAt(offset + 8) == 0xffff0000 ? SOCKET_IPV4 : SOCKET_IPV6;
            case 16 -> SOCKET_NETLINK;
            default -> SOCKET_OTHER;
        };
    }

    private int portClass(int port) {
        for (int i = 0; i < PORT_CLASSES - 1; i++) {
            if ((tables.getShort(PREFILTER_TABLES_PORTS + 2 * i) & 0xffff) == port) {
                return i + 1;
            }
        }
        return 0;
    }

    private int addressArgumentClass(byte[] a) {
        int family = a.length < 2 ? 0 : a[0];
        if (family == 10 && a.length >= 24) {
            return addressClass(Arrays.copyOfRange(a, 8, 24));
        }
        if (family == 2 && a.length >= 8) {
            return addressClass(mapped(a, 4));
        }
        return family == 1 && a.length > 2 && (a[2] == '/' || a[2] == 0) ? ADDRESS_UNIX_PATH : ADDRESS_UNKNOWN;
    }

    private static byte[] mapped(byte[] address, int offset) {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = -1;
        System.arraycopy(address, offset, mapped, 12, 4);
        return mapped;
    }

    private int addressClass(byte[] address) {
        for (int i = 0; i < ADDRESS_UNIX_PATH - 1; i++) {
            boolean contained = true;
            for (int b = 0; b < 16; b++) {
                int net = PREFILTER_TABLES_NETWORKS + 32 * i + b;
                contained &= (address[b] & tables.get(net + 16)) == tables.get(net);
            }
            if (contained) {
                return i + 1;
            }
        }
        return 0;
    }

    private long openNameSurvivors(RecordView r, Node node, int open) {
        String path = r.text(0);
        String name = r.name(0);
        String base = r.name(1);
        boolean opened = r.result() >= 0;
        if (path == null
                || path.isEmpty()
                || path.length() >= NAME_LIMIT
                || name.length() >= NAME_LIMIT
                || opened && name.isEmpty()) {
            return ALL_DISJUNCTS;
        }
        boolean absolute = path.startsWith("/");
        boolean same = absolute
                ? path.equals(name)
                : !base.isEmpty() && name.equals((base.equals("/") ? "" : base) + "/" + path);
        boolean unclean = path.contains("//") || path.contains("/.") || path.endsWith("/");
        long survivors = mask(PREFILTER_TABLES_DOTDOT, open * 2 + (path.contains("../") ? 1 : 0));
        long named = 0;
        if (!same) {
            named = absolute && !unclean ? openedNameSurvivors(open, path) : ALL_DISJUNCTS;
        }
        if (opened) {
            named |= openedNameSurvivors(open, name) | hostNameSurvivors(r, node, open);
        }
        return survivors & named;
    }

    private long hostNameSurvivors(RecordView r, Node node, int open) {
        String point = node.hostMount();
        if (point == null) {
            return (r.intAt(OPEN_FILE_FLAGS) & (FILE_UPPER_LAYER | FILE_LOWER_LAYER)) != 0 ? 0 : ALL_DISJUNCTS;
        }
        String name = r.name(0);
        int outside = name.length() - r.intAt(OPEN_FS_PATH_LENGTH);
        if (!r.hasName(2) && name.substring(0, outside).equals(point)) {
            return 0;
        }
        return openedNameSurvivors(open, point + r.name(2) + name.substring(outside));
    }

    private long openedNameSurvivors(int open, String name) {
        return name.isEmpty() || name.length() >= NAME_LIMIT || !name.startsWith("/")
                ? ALL_DISJUNCTS
                : nameSurvivors(open, name);
    }

    private long nameSurvivors(int row, String name) {
        int forward = outcome(name, PREFILTER_TABLES_PREFIX_TRIE);
        int back = outcome(new StringBuilder(name).reverse().toString(), PREFILTER_TABLES_SUFFIX_TRIE);
        return mask(PREFILTER_TABLES_PATH_PREFIX, row * TRIE_OUTCOMES + forward)
                & mask(PREFILTER_TABLES_PATH_SUFFIX, row * TRIE_OUTCOMES + back);
    }

    private int outcome(String text, int trie) {
        int state = 0;
        for (int i = 0; i < text.length(); i++) {
            int next = (cell(trie, state, TRIE_CELL_BASE) + text.charAt(i)) & (TRIE_CELLS - 1);
            if (cell(trie, next, TRIE_CELL_CHECK) != state) {
                return cell(trie, state, TRIE_CELL_OUTCOME);
            }
            state = next;
        }
        return cell(trie, state, TRIE_CELL_OUTCOME_AT_END);
    }

    private int cell(int trie, int cell, int member) {
        return tables.getShort(trie + TRIE_CELL_SIZE * cell + member) & 0xffff;
    }

    private long mask(int table, int index) {
        return tables.getLong(table + 8 * index);
    }

    private int resultClass(long result) {
        return result >= 0
                ? (int) Math.min(result, RESULT_AT_LEAST_3)
                : tables.get(PREFILTER_TABLES_ERROR_CLASS + (result > -256 ? (int) -result : 0));
    }

    private int userClass(int uid) {
        for (int i = 0; i < USER_CLASSES - 1; i++) {
            if (tables.getInt(PREFILTER_TABLES_UIDS + 4 * i) == uid) {
                return i + 1;
            }
        }
        return 0;
    }

    private static int flagClass(int flags, boolean failed) {
        return flags & 3
                | ((flags & 0100) != 0 ? FLAG_CREATE : 0)
                | ((flags & 01000) != 0 ? FLAG_TRUNCATE : 0)
                | ((flags & 0200000) != 0 ? FLAG_DIRECTORY : 0)
                | ((flags & 020000000) != 0 ? FLAG_TMPFILE : 0)
                | (failed ? FLAG_FAILED : 0);
    }
}
