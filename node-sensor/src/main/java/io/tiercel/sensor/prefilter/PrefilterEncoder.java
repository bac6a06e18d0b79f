package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.bpf.Syscalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;

/** Encodes a prefilter as the binary tables that the kernel reads: {@code struct prefilter} in bpf/tiercel.h. */
final class PrefilterEncoder {
    private static final long ALL_DISJUNCTS = -1;
    private static final int NO_USER = -1;
    private static final int MEMBERSHIPS = 4;

    private final AttributeEvaluator attributes;
    private final List<EventTypePrefilter> types;
    private final ByteBuffer buffer = ByteBuffer.allocate(PASS_SIZE).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * Selects the event types to encode. Types that open files come first, because the kernel indexes a smaller table
     * by their number. Types beyond FILTERED_TYPES - 1 are not filtered.
     */
    PrefilterEncoder(AttributeEvaluator attributes, List<EventTypePrefilter> types) {
        this.attributes = attributes;
        this.types = Stream.concat(
                        types.stream().filter(type -> type.kind().isOpen()),
                        types.stream().filter(type -> !type.kind().isOpen()))
                .limit(FILTERED_TYPES - 1)
                .toList();
    }

    PrefilterTables encode() {
        int opens = 0;
        for (int i = 0; i < types.size(); i++) {
            EventTypePrefilter type = types.get(i);
            int number = i + 1;
            Syscalls.numbersOf(type.type()).forEach(call -> buffer.put(PASS_TYPE + call, (byte) number));
            putRow(PASS_RESULT, number, RESULT_CLASSES, type, Attribute.RETURN_VALUE);
            putRow(PASS_COMM, number, COMM_CLASSES, type, Attribute.PROGRAM_NAME);
            putRow(PASS_UID, number, USER_CLASSES, type, Attribute.USER_ID);
            putMask(PASS_HOME, number * MEMBERSHIPS, ALL_DISJUNCTS);
            putMask(PASS_HOME, number * MEMBERSHIPS + HOME_HOST, type.survivors(Attribute.CONTAINER, 0));
            putMask(
                    PASS_HOME,
                    number * MEMBERSHIPS + HOME_CONTAINER,
                    type.survivors(Attribute.CONTAINER, AttributeEvaluator.IN_CONTAINER));
            if (type.kind() == SyscallKind.OTHER) {
                putRow(PASS_FAMILY, number, SOCKET_KINDS, type, Attribute.SOCKET_FAMILY);
                putRow(PASS_TRANSPORT, number, TRANSPORTS, type, Attribute.TRANSPORT);
                putRow(PASS_PORT, number, PORT_CLASSES, type, Attribute.SERVER_PORT);
                putRow(PASS_NETWORK, number, ADDRESS_CLASSES, type, Attribute.SERVER_ADDRESS);
                putRow(PASS_PASSED, number, ADDRESS_CLASSES, type, Attribute.ADDRESS_ARGUMENT);
            }
            if (type.kind() == SyscallKind.GENERIC) {
                putUnfilteredSocketRows(number);
            }
            if (type.kind().isOpen() && opens < FILTERED_OPENS) {
                putMask(PASS_ORDINARY, opens, earlySurvivors(type));
                putRow(PASS_FLAGS, opens, FLAG_CLASSES, type, Attribute.OPEN_FLAGS);
                putRow(PASS_CLIMBS, opens, 2, type, Attribute.PARENT_TRAVERSAL);
                putRow(PASS_PATH, opens, TRIE_OUTCOMES, type, Attribute.PATH_PREFIX);
                putRow(PASS_ENDING, opens, TRIE_OUTCOMES, type, Attribute.PATH_SUFFIX);
                opens++;
            }
        }
        buffer.putInt(PASS_OPENS, opens);
        List<Long> users = attributes.users().numbers();
        for (int i = 0; i < USER_CLASSES - 1; i++) {
            buffer.putInt(PASS_UIDS + 4 * i, i < users.size() ? (int) (long) users.get(i) : NO_USER);
        }
        for (int error = 0; error < 256; error++) {
            buffer.put(PASS_ERROR + error, (byte) attributes.returnValues().classOfError(error));
        }
        List<Long> ports = attributes.ports().numbers();
        for (int i = 0; i < ports.size(); i++) {
            buffer.putShort(PASS_PORTS + Short.BYTES * i, (short) (long) ports.get(i));
        }
        putNetworks(attributes.addresses().blocks());
        putTrie(attributes.pathPrefixes().trie(), PASS_BEGINNINGS);
        putTrie(attributes.pathSuffixes().trie(), PASS_ENDINGS);
        return new PrefilterTables(buffer.array(), attributes.programNames().classes());
    }

    /**
     * Returns the survivors for a program that no rule names, inside or outside a container. The kernel uses this mask
     * before it knows the process.
     */
    private static long earlySurvivors(EventTypePrefilter type) {
        return type.survivors(Attribute.PROGRAM_NAME, 0)
                & (type.survivors(Attribute.CONTAINER, 0)
                        | type.survivors(Attribute.CONTAINER, AttributeEvaluator.IN_CONTAINER));
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
            putMask(PASS_FAMILY, number * SOCKET_KINDS + i, ALL_DISJUNCTS);
        }
        for (int i = 0; i < TRANSPORTS; i++) {
            putMask(PASS_TRANSPORT, number * TRANSPORTS + i, ALL_DISJUNCTS);
        }
        for (int i = 0; i < ADDRESS_CLASSES; i++) {
            putMask(PASS_PORT, number * PORT_CLASSES + i, ALL_DISJUNCTS);
            putMask(PASS_NETWORK, number * ADDRESS_CLASSES + i, ALL_DISJUNCTS);
            putMask(PASS_PASSED, number * ADDRESS_CLASSES + i, ALL_DISJUNCTS);
        }
    }

    /** Writes networks in the byte order of kernel memory. Unused entries get a network that contains no address. */
    private void putNetworks(List<CidrBlock> blocks) {
        for (int i = 0; i < ADDRESS_CLASSES; i++) {
            int offset = PASS_NETS + 4 * Long.BYTES * i;
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
            buffer.putShort(offset + TRIE_CELL_OWNER, (short) trie.owner(cell));
            buffer.putShort(offset + TRIE_CELL_BASE, (short) trie.base(cell));
            buffer.putShort(offset + TRIE_CELL_OUTCOME, (short) trie.outcome(cell));
            buffer.putShort(offset + TRIE_CELL_ENDED, (short) trie.endOutcome(cell));
        }
    }
}
