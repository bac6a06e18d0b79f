package io.tiercel.sensor.bpf.record;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Builds records in user space from {@code /proc}, the cgroup file system and the user databases. */
public final class RecordBuilder {
    private final int kind;
    private final ByteBuffer head;
    private final List<byte[]> names = new ArrayList<>();
    private final List<byte[]> texts = new ArrayList<>();

    /** Starts a record of a kind of {@link RecordLayout}. */
    public RecordBuilder(int kind) {
        this.kind = kind;
        this.head = ByteBuffer.allocate(HEADER_SIZE + bodySize(kind)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Sets 64 bits of the header. */
    public RecordBuilder header(int offset, long value) {
        head.putLong(offset, value);
        return this;
    }

    /** Sets 32 bits of the header. */
    public RecordBuilder header(int offset, int value) {
        head.putInt(offset, value);
        return this;
    }

    public RecordBuilder syscall(int number) {
        head.putShort(HEADER_SYSCALL, (short) number);
        return this;
    }

    /** Sets 64 bits of the body. */
    public RecordBuilder body(int offset, long value) {
        head.putLong(HEADER_SIZE + offset, value);
        return this;
    }

    /** Sets 32 bits of the body. */
    public RecordBuilder body(int offset, int value) {
        head.putInt(HEADER_SIZE + offset, value);
        return this;
    }

    /** Sets 16 bits of the body. */
    public RecordBuilder bodyShort(int offset, int value) {
        head.putShort(HEADER_SIZE + offset, (short) value);
        return this;
    }

    /** Sets bytes of the body; bytes beyond {@code size} are dropped. */
    public RecordBuilder body(int offset, byte[] bytes, int size) {
        head.put(HEADER_SIZE + offset, bytes, 0, Math.min(bytes.length, size));
        return this;
    }

    /** Adds the next name, a byte string; truncated to twice TEXT_LIMIT. */
    public RecordBuilder name(String name) {
        names.add(truncate(name, 2 * TEXT_LIMIT));
        return this;
    }

    /** Adds the next text, a byte string; truncated to just below 64 KiB. */
    public RecordBuilder text(String text) {
        texts.add(truncate(text, NO_TEXT - 1));
        return this;
    }

    /** Returns the bytes of the record. */
    public byte[] build() {
        int namesLength = 0;
        for (int i = 0; i < names.size(); i++) {
            namesLength += names.get(i).length;
            head.putShort(HEADER_NAME_LENGTH + 2 * i, (short) names.get(i).length);
        }
        int textsLength = 0;
        for (int i = 0; i < texts.size(); i++) {
            textsLength += texts.get(i).length;
            head.putShort(HEADER_TEXT_LENGTH + 2 * i, (short) texts.get(i).length);
        }
        int headerOffset = PREFIX_SIZE + ((namesLength + 7) & ~7);
        ByteBuffer record = ByteBuffer.allocate(headerOffset + head.capacity() + textsLength)
                .order(ByteOrder.LITTLE_ENDIAN);
        record.putShort(PREFIX_KIND, (short) kind).putShort(PREFIX_HEADER_OFFSET, (short) headerOffset);
        int end = headerOffset;
        for (byte[] name : names) {
            end -= name.length;
            record.put(end, name);
        }
        record.put(headerOffset, head.array());
        int at = headerOffset + head.capacity();
        for (byte[] text : texts) {
            record.put(at, text);
            at += text.length;
        }
        return record.array();
    }

    private static byte[] truncate(String text, int limit) {
        return text.substring(0, Math.min(text.length(), limit)).getBytes(StandardCharsets.ISO_8859_1);
    }
}
