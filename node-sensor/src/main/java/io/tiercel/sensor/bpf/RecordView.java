package io.tiercel.sensor.bpf;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads one record where it lies; moved from record to record, so nothing is allocated but the texts asked for. */
public final class RecordView {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final byte[] scratch = new byte[NO_TEXT];
    private ByteBuffer buffer = NOTHING;
    private int start;
    private int length;
    private int kind;
    private int header;
    private int part;
    private int texts;

    /**
     * Moves to a record.
     *
     * @return false if the bytes are no record: all lengths are checked here, so that nothing after can leave it
     */
    public boolean wrap(ByteBuffer buffer, int offset, int length) {
        if (length < PREFIX_SIZE + HEADER_SIZE) {
            return false;
        }
        this.buffer = buffer;
        this.start = offset;
        this.length = length;
        this.kind = unsignedShort(offset + PREFIX_KIND);
        int headerOffset = unsignedShort(offset + PREFIX_HEADER_OFFSET);
        int partSize = partSize(kind);
        if (partSize < 0 || headerOffset < PREFIX_SIZE || headerOffset + HEADER_SIZE + partSize > length) {
            return false;
        }
        this.header = offset + headerOffset;
        this.part = header + HEADER_SIZE;
        this.texts = part + partSize;
        return nameLength(0) + nameLength(1) + nameLength(2) <= headerOffset - PREFIX_SIZE
                && texts + textLength(0) + textLength(1) + textLength(2) <= offset + length;
    }

    public int kind() {
        return kind;
    }

    /** Time since boot in nanoseconds. */
    public long timeNanos() {
        return buffer.getLong(header + HEADER_TIME_NS);
    }

    public long cgroupId() {
        return buffer.getLong(header + HEADER_CGROUP_ID);
    }

    public long result() {
        return buffer.getLong(header + HEADER_RESULT);
    }

    /** The process's id; 0 for a record that belongs to none. */
    public int tgid() {
        return buffer.getInt(header + HEADER_TGID);
    }

    public int tid() {
        return buffer.getInt(header + HEADER_TID);
    }

    public int uid() {
        return buffer.getInt(header + HEADER_UID);
    }

    public int gid() {
        return buffer.getInt(header + HEADER_GID);
    }

    /** Capabilities, bit by bit (capabilities(7)), of the thread that the record is about. */
    public long capInheritable() {
        return buffer.getLong(header + HEADER_CAP_INHERITABLE);
    }

    public long capPermitted() {
        return buffer.getLong(header + HEADER_CAP_PERMITTED);
    }

    public long capEffective() {
        return buffer.getLong(header + HEADER_CAP_EFFECTIVE);
    }

    /** Whether pointers and words in the program's memory have 32 bits. */
    public boolean compat() {
        return unsignedShort(header + HEADER_COMPAT) != 0;
    }

    /** Clauses of rules that the first pass has left, if one has looked at the event. */
    public long clauses() {
        return buffer.getLong(header + HEADER_CLAUSES);
    }

    /** Generation of the first pass that has looked at the event; {@link RecordLayout#CLAUSES_ALL} if none has. */
    public int generation() {
        return buffer.getInt(header + HEADER_GENERATION);
    }

    /** Number of the system call; 0 if the record is not about one. */
    public int syscall() {
        return unsignedShort(header + HEADER_SYSCALL);
    }

    /** A number of the part, 64 bits wide. */
    public long longAt(int offset) {
        return buffer.getLong(part + offset);
    }

    /** A number of the part, 32 bits wide. */
    public int intAt(int offset) {
        return buffer.getInt(part + offset);
    }

    /** A number of the part, 16 bits wide, unsigned. */
    public int shortAt(int offset) {
        return unsignedShort(part + offset);
    }

    /** Bytes of the part. */
    public byte[] bytesAt(int offset, int count) {
        byte[] bytes = new byte[count];
        buffer.get(part + offset, bytes);
        return bytes;
    }

    /** A text of fixed size in the part, up to its first zero byte. */
    public String fixedText(int offset, int size) {
        int n = 0;
        while (n < size && buffer.get(part + offset + n) != 0) {
            n++;
        }
        return latin1(part + offset, n);
    }

    /** A kernel path; empty if the record has none there. */
    public String name(int which) {
        return latin1(nameStart(which), nameLength(which));
    }

    /** Bytes of a name; 0 if the record has none there. */
    public int nameLength(int which) {
        return unsignedShort(header + HEADER_NAME_LENGTH + 2 * which);
    }

    public boolean hasName(int which) {
        return nameLength(which) > 0;
    }

    /** Whether a name and a text are the same bytes. */
    public boolean nameIsText(int name, int text) {
        int n = nameLength(name);
        if (rawTextLength(text) != n) {
            return false;
        }
        int from = nameStart(name);
        int other = textStart(text);
        for (int i = 0; i < n; i++) {
            if (buffer.get(from + i) != buffer.get(other + i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a name has so many bytes or more and begins with all those of a byte string. */
    public boolean nameStartsWith(int which, String beginning) {
        if (nameLength(which) < beginning.length()) {
            return false;
        }
        int from = nameStart(which);
        for (int i = 0; i < beginning.length(); i++) {
            if ((buffer.get(from + i) & 0xff) != beginning.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** A text as the program gave it; null if it could not be read. */
    public @Nullable String text(int which) {
        return rawTextLength(which) == NO_TEXT ? null : latin1(textStart(which), textLength(which));
    }

    /** A text, empty if it could not be read. */
    public String textOrEmpty(int which) {
        return latin1(textStart(which), textLength(which));
    }

    /** The bytes of a text, empty if it could not be read. */
    public byte[] textBytes(int which) {
        byte[] bytes = new byte[textLength(which)];
        buffer.get(textStart(which), bytes);
        return bytes;
    }

    /** Whether a text is long enough to hold a number there. */
    public boolean hasTextNumber(int which, int offset, int size) {
        return offset + size <= textLength(which);
    }

    /** A number of 2, 4 or 8 bytes, with its sign, in a text; 0 if the text is not so long. */
    public long textNumber(int which, int offset, int size) {
        if (!hasTextNumber(which, offset, size)) {
            return 0;
        }
        int at = textStart(which) + offset;
        return switch (size) {
            case 2 -> buffer.getShort(at);
            case 4 -> buffer.getInt(at);
            default -> buffer.getLong(at);
        };
    }

    /** The record's bytes. */
    public byte[] copy() {
        byte[] bytes = new byte[length];
        buffer.get(start, bytes);
        return bytes;
    }

    private int textStart(int which) {
        int at = texts;
        for (int i = 0; i < which; i++) {
            at += textLength(i);
        }
        return at;
    }

    private int nameStart(int which) {
        int start = header;
        for (int i = 0; i <= which; i++) {
            start -= nameLength(i);
        }
        return start;
    }

    private int rawTextLength(int which) {
        return unsignedShort(header + HEADER_TEXT_LENGTH + 2 * which);
    }

    private int textLength(int which) {
        int n = rawTextLength(which);
        return n == NO_TEXT ? 0 : n;
    }

    private int unsignedShort(int at) {
        return buffer.getShort(at) & 0xffff;
    }

    private String latin1(int at, int n) {
        if (n == 0) {
            return "";
        }
        buffer.get(at, scratch, 0, n);
        return new String(scratch, 0, n, StandardCharsets.ISO_8859_1);
    }
}
