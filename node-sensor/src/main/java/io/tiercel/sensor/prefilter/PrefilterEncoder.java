package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.bpf.Syscalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;

/** Writes a first pass down as the kernel reads it: a {@code struct pass} of bpf/tiercel.h. */
final class PrefilterEncoder {
    private static final long EVERY = -1;
    private static final int NO_USER = -1;
    private static final int HOMES = 4;

    private final AttributeEvaluator knowledge;
    private final List<EventTypePrefilter> types;
    private final ByteBuffer pass = ByteBuffer.allocate(PASS_SIZE).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * Of these types: those that open files come first, since the kernel knows them by their numbers. What there is no room
     * for (FILTERED_TYPES - 1) is not looked at.
     */
    PrefilterEncoder(AttributeEvaluator knowledge, List<EventTypePrefilter> types) {
        this.knowledge = knowledge;
        this.types = Stream.concat(
                        types.stream().filter(type -> type.shape().opens()),
                        types.stream().filter(type -> !type.shape().opens()))
                .limit(FILTERED_TYPES - 1)
                .toList();
    }

    PrefilterTables tables() {
        int opens = 0;
        for (int i = 0; i < types.size(); i++) {
            EventTypePrefilter type = types.get(i);
            int number = i + 1;
            Syscalls.numbersOf(type.type()).forEach(call -> pass.put(PASS_TYPE + call, (byte) number));
            row(PASS_RESULT, number, RESULT_CLASSES, type, Attribute.RESULT);
            row(PASS_COMM, number, COMM_CLASSES, type, Attribute.PROGRAM);
            row(PASS_UID, number, USER_CLASSES, type, Attribute.USER);
            put(PASS_HOME, number * HOMES, EVERY);
            put(PASS_HOME, number * HOMES + HOME_HOST, type.left(Attribute.HOME, 0));
            put(PASS_HOME, number * HOMES + HOME_CONTAINER, type.left(Attribute.HOME, AttributeEvaluator.CONTAINER));
            if (type.shape() == SyscallKind.CALL) {
                row(PASS_FAMILY, number, SOCKET_KINDS, type, Attribute.SOCKET);
                row(PASS_TRANSPORT, number, TRANSPORTS, type, Attribute.TRANSPORT);
                row(PASS_PORT, number, PORT_CLASSES, type, Attribute.PORT);
                row(PASS_NETWORK, number, ADDRESS_CLASSES, type, Attribute.NETWORK);
                row(PASS_PASSED, number, ADDRESS_CLASSES, type, Attribute.PASSED);
            }
            if (type.shape() == SyscallKind.GENERIC) {
                sockets(number);
            }
            if (type.shape().opens() && opens < FILTERED_OPENS) {
                put(PASS_ORDINARY, opens, ordinary(type));
                row(PASS_FLAGS, opens, FLAG_CLASSES, type, Attribute.FLAGS);
                row(PASS_CLIMBS, opens, 2, type, Attribute.CLIMBS);
                row(PASS_PATH, opens, TRIE_OUTCOMES, type, Attribute.PATH);
                row(PASS_ENDING, opens, TRIE_OUTCOMES, type, Attribute.ENDING);
                opens++;
            }
        }
        pass.putInt(PASS_OPENS, opens);
        List<Long> users = knowledge.users().numbers();
        for (int i = 0; i < USER_CLASSES - 1; i++) {
            pass.putInt(PASS_UIDS + 4 * i, i < users.size() ? (int) (long) users.get(i) : NO_USER);
        }
        for (int error = 0; error < 256; error++) {
            pass.put(PASS_ERROR + error, (byte) knowledge.results().ofError(error));
        }
        List<Long> ports = knowledge.ports().numbers();
        for (int i = 0; i < ports.size(); i++) {
            pass.putShort(PASS_PORTS + Short.BYTES * i, (short) (long) ports.get(i));
        }
        networks(knowledge.addresses().blocks());
        trie(knowledge.beginnings().trie(), PASS_BEGINNINGS);
        trie(knowledge.endings().trie(), PASS_ENDINGS);
        return new PrefilterTables(pass.array(), knowledge.programs().classes());
    }

    /** What the masks leave if a program has none of the names that rules know; it may be in any home. */
    private static long ordinary(EventTypePrefilter type) {
        return type.left(Attribute.PROGRAM, 0)
                & (type.left(Attribute.HOME, 0) | type.left(Attribute.HOME, AttributeEvaluator.CONTAINER));
    }

    /** A type's masks by the values of an attribute; those that no event has leave everything. */
    private void row(int table, int row, int width, EventTypePrefilter type, Attribute attribute) {
        int values = knowledge.values(attribute);
        for (int value = 0; value < width; value++) {
            put(table, row * width + value, value < values ? type.left(attribute, value) : type.all());
        }
    }

    /** Nothing is ruled out by what a call works on. */
    private void sockets(int number) {
        for (int i = 0; i < SOCKET_KINDS; i++) {
            put(PASS_FAMILY, number * SOCKET_KINDS + i, EVERY);
        }
        for (int i = 0; i < TRANSPORTS; i++) {
            put(PASS_TRANSPORT, number * TRANSPORTS + i, EVERY);
        }
        for (int i = 0; i < ADDRESS_CLASSES; i++) {
            put(PASS_PORT, number * PORT_CLASSES + i, EVERY);
            put(PASS_NETWORK, number * ADDRESS_CLASSES + i, EVERY);
            put(PASS_PASSED, number * ADDRESS_CLASSES + i, EVERY);
        }
    }

    /** Addresses as the kernel has them in memory; what is not there is a network that holds nothing. */
    private void networks(List<CidrBlock> blocks) {
        for (int i = 0; i < ADDRESS_CLASSES; i++) {
            int at = PASS_NETS + 4 * Long.BYTES * i;
            CidrBlock block = i < blocks.size() ? blocks.get(i) : null;
            pass.putLong(at, block == null ? 1 : Long.reverseBytes(block.high()));
            pass.putLong(at + Long.BYTES, block == null ? 0 : Long.reverseBytes(block.low()));
            pass.putLong(at + 2 * Long.BYTES, block == null ? 0 : Long.reverseBytes(block.highMask()));
            pass.putLong(at + 3 * Long.BYTES, block == null ? 0 : Long.reverseBytes(block.lowMask()));
        }
    }

    private void put(int table, int place, long mask) {
        pass.putLong(table + Long.BYTES * place, mask);
    }

    private void trie(DoubleArrayTrie trie, int cells) {
        for (int cell = 0; cell < TRIE_CELLS; cell++) {
            int at = cells + TRIE_CELL_SIZE * cell;
            pass.putShort(at + TRIE_CELL_OWNER, (short) trie.owner(cell));
            pass.putShort(at + TRIE_CELL_BASE, (short) trie.base(cell));
            pass.putShort(at + TRIE_CELL_OUTCOME, (short) trie.outcome(cell));
            pass.putShort(at + TRIE_CELL_ENDED, (short) trie.ended(cell));
        }
    }
}
