package io.tiercel.sensor.bpf.record;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads a record in place. One view moves from record to record and allocates only the texts that are read. */
public final class RecordView {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final byte[] scratch = new byte[NO_TEXT];
    private ByteBuffer buffer = EMPTY;
    private int start;
    private int length;
    private int kind;
    private int header;
    private int body;
    private int texts;

    /**
     * Moves to a record.
     *
     * @return false if the bytes are not a valid record. All lengths are checked here, so no later read leaves the record.
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
        int bodySize = bodySize(kind);
        if (bodySize < 0 || headerOffset < PREFIX_SIZE || headerOffset + HEADER_SIZE + bodySize > length) {
            return false;
        }
        this.header = offset + headerOffset;
        this.body = header + HEADER_SIZE;
        this.texts = body + bodySize;
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

    /** Process id; 0 for a record that belongs to no process. */
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

    /** Capability bits (capabilities(7)) of the thread. */
    public long capInheritable() {
        return buffer.getLong(header + HEADER_CAP_INHERITABLE);
    }

    public long capPermitted() {
        return buffer.getLong(header + HEADER_CAP_PERMITTED);
    }

    public long capEffective() {
        return buffer.getLong(header + HEADER_CAP_EFFECTIVE);
    }

    /** Returns true if pointers and words in user memory have 32 bits. */
    public boolean compat() {
        return unsignedShort(header + HEADER_COMPAT) != 0;
    }

    /** The mask of surviving disjuncts, if the prefilter has checked the event. */
    public long disjuncts() {
        return buffer.getLong(header + HEADER_DISJUNCTS);
    }

    /** Generation of the prefilter tables; {@link RecordLayout#GENERATION_NONE} if the event was not checked. */
    public int generation() {
        return buffer.getInt(header + HEADER_GENERATION);
    }

    /** Returns true if the exec or exit changes the ancestors of other processes. */
    public boolean lineageChanged() {
        return (buffer.getInt(header + HEADER_MARKS) & MARK_LINEAGE_CHANGED) != 0;
    }

    /** Returns true if a text or address in user memory changed during the syscall. */
    public boolean argumentsChanged() {
        return (buffer.getInt(header + HEADER_MARKS) & MARK_ARGUMENTS_CHANGED) != 0;
    }

    /** Returns true if the file of an open may not be the one that the syscall opened. */
    public boolean fileReplaced() {
        return (buffer.getInt(header + HEADER_MARKS) & MARK_FILE_REPLACED) != 0;
    }

    /** Returns true if a name lacks its beginning: the file is deeper than the kernel path walk. */
    public boolean isNameTruncated(int index) {
        return (buffer.getInt(header + HEADER_MARKS) & MARK_NAME_0_TRUNCATED << index) != 0;
    }

    /** Returns true if the first or second name lacks its beginning. The third is not a name that rules see. */
    public boolean hasTruncatedName() {
        return (buffer.getInt(header + HEADER_MARKS) & (MARK_NAME_0_TRUNCATED | MARK_NAME_1_TRUNCATED)) != 0;
    }

    /** Syscall number; 0 if the record is not about a syscall. */
    public int syscall() {
        return unsignedShort(header + HEADER_SYSCALL);
    }

    /** Reads a 64-bit number of the body. */
    public long longAt(int offset) {
        return buffer.getLong(body + offset);
    }

    /** Reads a 32-bit number of the body. */
    public int intAt(int offset) {
        return buffer.getInt(body + offset);
    }

    /** Reads an unsigned 16-bit number of the body. */
    public int shortAt(int offset) {
        return unsignedShort(body + offset);
    }

    /** Reads bytes of the body. */
    public byte[] bytesAt(int offset, int count) {
        byte[] bytes = new byte[count];
        buffer.get(body + offset, bytes);
        return bytes;
    }

    /** Reads a string of fixed size in the body, up to its first zero byte. */
    public String fixedText(int offset, int size) {
        int n = 0;
        while (n < size && buffer.get(body + offset + n) != 0) {
            n++;
        }
        return latin1(body + offset, n);
    }

    /** Returns a name, which is a kernel path; empty if the record lacks it. */
    public String name(int index) {
        return latin1(nameStart(index), nameLength(index));
    }

    /** Returns the length of a name in bytes; 0 if the record lacks it. */
    public int nameLength(int index) {
        return unsignedShort(header + HEADER_NAME_LENGTH + 2 * index);
    }

    public boolean hasName(int index) {
        return nameLength(index) > 0;
    }

    /** Returns true if a name and a text have equal bytes. */
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

    /** Returns true if a name starts with a byte string. */
    public boolean nameStartsWith(int index, String prefix) {
        if (nameLength(index) < prefix.length()) {
            return false;
        }
        int from = nameStart(index);
        for (int i = 0; i < prefix.length(); i++) {
            if ((buffer.get(from + i) & 0xff) != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns a text as the program passed it; null if it could not be read. */
    public @Nullable String text(int index) {
        return rawTextLength(index) == NO_TEXT ? null : latin1(textStart(index), textLength(index));
    }

    /** Returns a text; empty if it could not be read. */
    public String textOrEmpty(int index) {
        return latin1(textStart(index), textLength(index));
    }

    /** Returns the bytes of a text; empty if it could not be read. */
    public byte[] textBytes(int index) {
        byte[] bytes = new byte[textLength(index)];
        buffer.get(textStart(index), bytes);
        return bytes;
    }

    /** Returns true if a text is long enough to contain a number at an offset. */
    public boolean hasTextNumber(int index, int offset, int size) {
        return offset + size <= textLength(index);
    }

    /** Reads a signed number of 2, 4 or 8 bytes in a text; 0 if the text is shorter. */
    public long textNumber(int index, int offset, int size) {
        if (!hasTextNumber(index, offset, size)) {
            return 0;
        }
        int at = textStart(index) + offset;
        return switch (size) {
            case 2 -> buffer.getShort(at);
            case 4 -> buffer.getInt(at);
            default -> buffer.getLong(at);
        };
    }

    /** Returns a copy of the record. */
    public byte[] copy() {
        byte[] bytes = new byte[length];
        buffer.get(start, bytes);
        return bytes;
    }

    private int textStart(int index) {
        int at = texts;
        for (int i = 0; i < index; i++) {
            at += textLength(i);
        }
        return at;
    }

    private int nameStart(int index) {
        int start = header;
        for (int i = 0; i <= index; i++) {
            start -= nameLength(i);
        }
        return start;
    }

    private int rawTextLength(int index) {
        return unsignedShort(header + HEADER_TEXT_LENGTH + 2 * index);
    }

    private int textLength(int index) {
        int n = rawTextLength(index);
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
