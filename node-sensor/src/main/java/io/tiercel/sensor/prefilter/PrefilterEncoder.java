package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.bpf.record.SyscallTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Encodes a prefilter as the binary tables that the kernel reads: {@code struct prefilter_tables} in bpf/layout.h. */
final class PrefilterEncoder {
    private static final long ALL_DISJUNCTS = -1;
    private static final int NO_USER = -1;
    private static final int MEMBERSHIPS = 4;

    /** The types with the most events of those whose paths are compared. They get rows of the path tables first. */
    private static final Set<String> FREQUENT_PATH_TYPES = Set.of(
            "unlink",
            "unlinkat",
            "rename",
            "renameat",
            "renameat2",
            "mkdir",
            "mkdirat",
            "link",
            "linkat",
            "symlink",
            "symlinkat");

    private final AttributeEvaluator attributes;
    private final List<EventTypePrefilter> types;
    private final ByteBuffer buffer = ByteBuffer.allocate(PREFILTER_TABLES_SIZE).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * Selects the event types to encode. Types that open files come first, because the kernel indexes a smaller table
     * by their number, and then frequent ones. Types beyond FILTERED_TYPES - 1 are not filtered.
     */
    PrefilterEncoder(AttributeEvaluator attributes, List<EventTypePrefilter> types) {
        this.attributes = attributes;
        this.types = types.stream()
                .sorted(Comparator.comparingInt(PrefilterEncoder::rank))
                .limit(FILTERED_TYPES - 1)
                .toList();
    }

    private static int rank(EventTypePrefilter type) {
        if (type.kind().isOpen()) {
            return 0;
        }
        return FREQUENT_PATH_TYPES.contains(type.type()) ? 1 : 2;
    }

    PrefilterTables encode() {
        int opens = 0;
        int row = FILTERED_OPENS;
        for (int i = 0; i < types.size(); i++) {
            EventTypePrefilter type = types.get(i);
            int number = i + 1;
            SyscallTable.numbers(type.type())
                    .forEach(call -> buffer.put(PREFILTER_TABLES_EVENT_TYPE + call, (byte) number));
            putRow(PREFILTER_TABLES_RESULT, number, RESULT_CLASSES, type, Attribute.RETURN_VALUE);
            putRow(PREFILTER_TABLES_COMM, number, COMM_CLASSES, type, Attribute.PROGRAM_NAME);
            putRow(PREFILTER_TABLES_UID, number, USER_CLASSES, type, Attribute.USER_ID);
            putMask(PREFILTER_TABLES_MEMBERSHIP, number * MEMBERSHIPS, ALL_DISJUNCTS);
            putMask(
                    PREFILTER_TABLES_MEMBERSHIP,
                    number * MEMBERSHIPS + MEMBERSHIP_HOST,
                    type.survivors(Attribute.CONTAINER, 0));
            putMask(
                    PREFILTER_TABLES_MEMBERSHIP,
                    number * MEMBERSHIPS + MEMBERSHIP_CONTAINER,
                    type.survivors(Attribute.CONTAINER, AttributeEvaluator.IN_CONTAINER));
            if (type.tests(Attribute.FILE_MODE)) {
                buffer.put(PREFILTER_TABLES_MODE_ARGUMENT + number, (byte)
                        (type.shape().modeArgument() + 1));
                putRow(PREFILTER_TABLES_MODE, number, MODE_CLASSES, type, Attribute.FILE_MODE);
            }
            if (type.kind() == SyscallKind.OTHER) {
                putRow(PREFILTER_TABLES_SOCKET_FAMILY, number, SOCKET_KINDS, type, Attribute.SOCKET_FAMILY);
                putRow(PREFILTER_TABLES_TRANSPORT, number, TRANSPORTS, type, Attribute.TRANSPORT);
                putRow(PREFILTER_TABLES_PORT, number, PORT_CLASSES, type, Attribute.SERVER_PORT);
                putRow(PREFILTER_TABLES_NETWORK, number, ADDRESS_CLASSES, type, Attribute.SERVER_ADDRESS);
                putRow(PREFILTER_TABLES_SOCKADDR, number, ADDRESS_CLASSES, type, Attribute.ADDRESS_ARGUMENT);
            }
            if (type.kind() == SyscallKind.GENERIC) {
                putUnfilteredSocketRows(number);
            }
            if (type.kind().isOpen() && opens < FILTERED_OPENS) {
                putMask(PREFILTER_TABLES_COMMON_PROCESS, opens, commonProcessSurvivors(type));
                putRow(PREFILTER_TABLES_OPEN_FLAGS, opens, FLAG_CLASSES, type, Attribute.OPEN_FLAGS);
                putRow(PREFILTER_TABLES_DOTDOT, opens, 2, type, Attribute.PARENT_TRAVERSAL);
                putRow(PREFILTER_TABLES_PATH_PREFIX, opens, TRIE_OUTCOMES, type, Attribute.PATH_PREFIX);
                putRow(PREFILTER_TABLES_PATH_SUFFIX, opens, TRIE_OUTCOMES, type, Attribute.PATH_SUFFIX);
                opens++;
            }
            int texts = type.comparedTexts();
            if (texts > 0 && row + texts <= PATH_ROWS) {
                buffer.put(PREFILTER_TABLES_ARGUMENT_ROW + number, (byte) row);
                buffer.put(PREFILTER_TABLES_ARGUMENT_COUNT + number, (byte) texts);
                buffer.put(PREFILTER_TABLES_PROCESS_LAST + number, (byte) (commonProcessSurvivors(type) == 0 ? 0 : 1));
                putTextRows(row, type, EventTypePrefilter.FIRST_TEXT);
                if (texts > 1) {
                    putTextRows(row + 1, type, EventTypePrefilter.SECOND_TEXT);
                }
                row += texts;
            }
        }
        buffer.putInt(PREFILTER_TABLES_OPEN_TYPES, opens);
        List<Long> users = attributes.users().numbers();
        for (int i = 0; i < USER_CLASSES - 1; i++) {
            buffer.putInt(PREFILTER_TABLES_UIDS + 4 * i, i < users.size() ? (int) (long) users.get(i) : NO_USER);
        }
        for (int error = 0; error < 256; error++) {
            buffer.put(PREFILTER_TABLES_ERROR_CLASS + error, (byte)
                    attributes.returnValues().classOfError(error));
        }
        List<Long> ports = attributes.ports().numbers();
        for (int i = 0; i < ports.size(); i++) {
            buffer.putShort(PREFILTER_TABLES_PORTS + Short.BYTES * i, (short) (long) ports.get(i));
        }
        putNetworks(attributes.addresses().blocks());
        putTrie(attributes.pathPrefixes().trie(), PREFILTER_TABLES_PREFIX_TRIE);
        putTrie(attributes.pathSuffixes().trie(), PREFILTER_TABLES_SUFFIX_TRIE);
        putSubstrings(attributes.substrings());
        return new PrefilterTables(buffer.array(), attributes.programNames().classes());
    }

    /**
     * Returns the survivors for a program that no rule names, on the host or in a container. The kernel looks up the
     * process early only if this mask excludes the event.
     */
    private static long commonProcessSurvivors(EventTypePrefilter type) {
        return type.survivors(Attribute.PROGRAM_NAME, 0)
                & (type.survivors(Attribute.CONTAINER, 0)
                        | type.survivors(Attribute.CONTAINER, AttributeEvaluator.IN_CONTAINER));
    }

    /** Writes a row for a text of a type's records. */
    private void putTextRows(int row, EventTypePrefilter type, List<Attribute> prefixSuffixSubstring) {
        putRow(PREFILTER_TABLES_PATH_PREFIX, row, TRIE_OUTCOMES, type, prefixSuffixSubstring.get(0));
        putRow(PREFILTER_TABLES_PATH_SUFFIX, row, TRIE_OUTCOMES, type, prefixSuffixSubstring.get(1));
        putRow(PREFILTER_TABLES_PATH_SUBSTRING, row, SUBSTRINGS, type, prefixSuffixSubstring.get(2));
    }

    /** Writes a type's masks for all values of an attribute. Unused values get the mask of all disjuncts. */
    private void putRow(int table, int row, int width, EventTypePrefilter type, Attribute attribute) {
        int values = attributes.valueCount(attribute);
        for (int value = 0; value < width; value++) {
            putMask(
                    table,
                    row * width + value,
                    value < values ? type.survivors(attribute, value) : type.allDisjuncts());
        }
    }

    /** Writes socket rows that exclude nothing. */
    private void putUnfilteredSocketRows(int number) {
        for (int i = 0; i < SOCKET_KINDS; i++) {
            putMask(PREFILTER_TABLES_SOCKET_FAMILY, number * SOCKET_KINDS + i, ALL_DISJUNCTS);
        }
        for (int i = 0; i < TRANSPORTS; i++) {
            putMask(PREFILTER_TABLES_TRANSPORT, number * TRANSPORTS + i, ALL_DISJUNCTS);
        }
        for (int i = 0; i < ADDRESS_CLASSES; i++) {
            putMask(PREFILTER_TABLES_PORT, number * PORT_CLASSES + i, ALL_DISJUNCTS);
            putMask(PREFILTER_TABLES_NETWORK, number * ADDRESS_CLASSES + i, ALL_DISJUNCTS);
            putMask(PREFILTER_TABLES_SOCKADDR, number * ADDRESS_CLASSES + i, ALL_DISJUNCTS);
        }
    }

    /** Writes networks in the byte order of kernel memory. Unused entries get a network that contains no address. */
    private void putNetworks(List<CidrBlock> blocks) {
        for (int i = 0; i < ADDRESS_CLASSES; i++) {
            int offset = PREFILTER_TABLES_NETWORKS + 4 * Long.BYTES * i;
            CidrBlock block = i < blocks.size() ? blocks.get(i) : null;
            buffer.putLong(offset, block == null ? 1 : Long.reverseBytes(block.high()));
            buffer.putLong(offset + Long.BYTES, block == null ? 0 : Long.reverseBytes(block.low()));
            buffer.putLong(offset + 2 * Long.BYTES, block == null ? 0 : Long.reverseBytes(block.highMask()));
            buffer.putLong(offset + 3 * Long.BYTES, block == null ? 0 : Long.reverseBytes(block.lowMask()));
        }
    }

    private void putMask(int table, int index, long mask) {
        buffer.putLong(table + Long.BYTES * index, mask);
    }

    private void putTrie(DoubleArrayTrie trie, int cells) {
        for (int cell = 0; cell < TRIE_CELLS; cell++) {
            int offset = cells + TRIE_CELL_SIZE * cell;
            buffer.putShort(offset + TRIE_CELL_CHECK, (short) trie.owner(cell));
            buffer.putShort(offset + TRIE_CELL_BASE, (short) trie.base(cell));
            buffer.putShort(offset + TRIE_CELL_OUTCOME, (short) trie.outcome(cell));
            buffer.putShort(offset + TRIE_CELL_OUTCOME_AT_END, (short) trie.endOutcome(cell));
        }
    }

    private void putSubstrings(SubstringTable substrings) {
        for (int each = 0; each < 256; each++) {
            buffer.put(PREFILTER_TABLES_BYTE_CLASS + each, (byte) substrings.byteClass(each));
        }
        for (int state = 0; state < substrings.states(); state++) {
            putMask(PREFILTER_TABLES_SUBSTRING_FOUND, state, substrings.found(state));
            for (int byteClass = 0; byteClass < BYTE_CLASSES; byteClass++) {
                buffer.put(PREFILTER_TABLES_SUBSTRING_NEXT + state * BYTE_CLASSES + byteClass, (byte)
                        substrings.next(state, byteClass));
            }
        }
    }
}
