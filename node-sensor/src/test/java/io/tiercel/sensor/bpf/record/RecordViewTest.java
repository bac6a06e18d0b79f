package io.tiercel.sensor.bpf.record;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Tag;

/** A view reads what a builder built, and rejects invalid records. */
@Tag("unit")
class RecordViewTest {
    @Property(tries = 300)
    void readsWhatWasBuilt(
            @ForAll @StringLength(max = 40) @CharRange(from = 1, to = 255) String first,
            @ForAll @StringLength(max = 40) @CharRange(from = 1, to = 255) String second,
            @ForAll long number) {
        byte[] bytes = new RecordBuilder(RECORD_OPEN)
                .header(HEADER_TIME_NS, number)
                .header(HEADER_TGID, (int) number)
                .syscall(SyscallNumbers.SYS_OPENAT)
                .body(OPEN_INO, number)
                .name(first)
                .name(second)
                .text(second)
                .text(first)
                .build();
        RecordView view = new RecordView();
        assertTrue(view.wrap(little(bytes), 0, bytes.length));
        assertEquals(RECORD_OPEN, view.kind());
        assertEquals(number, view.timeNanos());
        assertEquals((int) number, view.tgid());
        assertEquals(SyscallNumbers.SYS_OPENAT, view.syscall());
        assertEquals(number, view.longAt(OPEN_INO));
        assertEquals(first, view.name(0));
        assertEquals(second, view.name(1));
        assertEquals(second, view.text(0));
        assertEquals(first, view.text(1));
        assertEquals("", view.text(2));
    }

    @Property(tries = 2000)
    void rejectsInvalidBytesOrStaysInside(@ForAll byte[] noise, @ForAll @IntRange(min = 1, max = 72) int kind) {
        byte[] bytes = new byte[noise.length + 64];
        System.arraycopy(noise, 0, bytes, 2, noise.length);
        bytes[0] = (byte) kind;
        RecordView view = new RecordView();
        if (view.wrap(little(bytes), 0, bytes.length)) {
            for (int i = 0; i < 3; i++) {
                assertTrue(view.name(i).length() <= bytes.length);
                assertTrue(view.textOrEmpty(i).length() <= bytes.length);
            }
        }
    }

    @Example
    void rejectsATruncatedRecord() {
        byte[] bytes = new RecordBuilder(RECORD_OPEN).text("x").build();
        assertEquals(PREFIX_SIZE + HEADER_SIZE + OPEN_SIZE + 1, bytes.length);
        assertTrue(new RecordView().wrap(little(bytes), 0, bytes.length));
        for (int length = 0; length < bytes.length; length++) {
            assertFalse(new RecordView().wrap(little(bytes), 0, length), "cut to " + length);
        }
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
