package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.capture.RecordLayout.*;

import io.tiercel.sensor.capture.PassTables;
import io.tiercel.sensor.capture.Syscalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes a first pass down as the kernel reads it: a {@code struct pass} of bpf/tiercel.h. */
final class Encoding {
    private static final long EVERY = -1;
    private static final int NO_USER = -1;
    private static final int HOMES = 4;

    private final Knowledge knowledge;
    private final List<TypePass> types;
    private final ByteBuffer pass = ByteBuffer.allocate(PASS_SIZE).order(ByteOrder.LITTLE_ENDIAN);

    /** Of these types, at most FILTERED_TYPES - 1, the opens among them first. */
    Encoding(Knowledge knowledge, List<TypePass> types) {
        this.knowledge = knowledge;
        this.types = types;
    }

    PassTables tables() {
        int opens = 0;
        for (int i = 0; i < types.size(); i++) {
            TypePass type = types.get(i);
            int number = i + 1;
            Syscalls.numbersOf(type.type()).forEach(call -> pass.put(PASS_TYPE + call, (byte) number));
            put(PASS_ALL, number, type.all());
            row(PASS_RESULT, number, RESULT_CLASSES, type, Attribute.RESULT);
            row(PASS_COMM, number, COMM_CLASSES, type, Attribute.PROGRAM);
            row(PASS_UID, number, USER_CLASSES, type, Attribute.USER);
            put(PASS_HOME, number * HOMES, EVERY);
            put(PASS_HOME, number * HOMES + HOME_HOST, type.left(Attribute.HOME, 0));
            put(PASS_HOME, number * HOMES + HOME_CONTAINER, type.left(Attribute.HOME, Knowledge.CONTAINER));
            if (type.shape() == Shape.CALL) {
                row(PASS_FAMILY, number, SOCKET_KINDS, type, Attribute.SOCKET);
                row(PASS_TRANSPORT, number, TRANSPORTS, type, Attribute.TRANSPORT);
                row(PASS_PORT, number, PORT_CLASSES, type, Attribute.PORT);
                row(PASS_NETWORK, number, ADDRESS_CLASSES, type, Attribute.NETWORK);
                row(PASS_PASSED, number, ADDRESS_CLASSES, type, Attribute.PASSED);
            }
            if (type.shape() == Shape.GENERIC) {
                sockets(number);
            }
            if (type.shape().opens() && opens < FILTERED_OPENS) {
                pass.put(PASS_OPEN + number, (byte) (opens + 1));
                row(PASS_FLAGS, opens, FLAG_CLASSES, type, Attribute.FLAGS);
                row(PASS_CLIMBS, opens, 2, type, Attribute.CLIMBS);
                row(PASS_PATH, opens, TRIE_OUTCOMES, type, Attribute.PATH);
                row(PASS_ENDING, opens, TRIE_OUTCOMES, type, Attribute.ENDING);
                opens++;
            }
        }
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
        trie(knowledge.beginnings().trie(), PASS_PATH_OWNER, PASS_PATH_BASE, PASS_PATH_OUTCOME, PASS_PATH_ENDED);
        trie(knowledge.endings().trie(), PASS_ENDING_OWNER, PASS_ENDING_BASE, PASS_ENDING_OUTCOME, PASS_ENDING_ENDED);
        return new PassTables(pass.array(), knowledge.programs().classes());
    }

    /** A type's masks by the values of an attribute; those that no event has leave everything. */
    private void row(int table, int row, int width, TypePass type, Attribute attribute) {
        int values = knowledge.values(attribute);
        for (int value = 0; value < width; value++) {
            put(table, row * width + value, value < values ? type.left(attribute, value) : EVERY);
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
    private void networks(List<Block> blocks) {
        for (int i = 0; i < ADDRESS_CLASSES; i++) {
            int at = PASS_NETS + 4 * Long.BYTES * i;
            Block block = i < blocks.size() ? blocks.get(i) : null;
            pass.putLong(at, block == null ? 1 : Long.reverseBytes(block.high()));
            pass.putLong(at + Long.BYTES, block == null ? 0 : Long.reverseBytes(block.low()));
            pass.putLong(at + 2 * Long.BYTES, block == null ? 0 : Long.reverseBytes(block.highMask()));
            pass.putLong(at + 3 * Long.BYTES, block == null ? 0 : Long.reverseBytes(block.lowMask()));
        }
    }

    private void put(int table, int place, long mask) {
        pass.putLong(table + Long.BYTES * place, mask);
    }

    private void trie(Trie trie, int owner, int base, int outcome, int ended) {
        for (int cell = 0; cell < TRIE_CELLS; cell++) {
            pass.putShort(owner + Short.BYTES * cell, (short) trie.owner(cell));
            pass.putShort(base + Short.BYTES * cell, (short) trie.base(cell));
            pass.putShort(outcome + Short.BYTES * cell, (short) trie.outcome(cell));
            pass.putShort(ended + Short.BYTES * cell, (short) trie.ended(cell));
        }
    }
}
