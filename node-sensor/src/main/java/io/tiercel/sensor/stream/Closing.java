package io.tiercel.sensor.stream;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.RecordView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What threads are about to close. When {@code close} ends, the kernel has forgotten what the fd was open on; so that is
 * seen before, and joined to the end, which alone knows the result.
 */
final class Closing {
    /** Threads that may be in the call at once; a thread that dies in it leaves its entry until others push it out. */
    private static final int MAX_THREADS = 4096;

    private static final int SYS_CLOSE = 3;

    private final RecordView view;
    private final Map<Integer, byte[]> begun = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, byte[]> eldest) {
            return size() > MAX_THREADS;
        }
    };

    Closing(RecordView view) {
        this.view = view;
    }

    /** Takes the record that the view is on; at the end of a close moves the view to one that says both. */
    void take() {
        if (view.kind() == RECORD_FD_CLOSING) {
            begun.remove(view.tid());
            begun.put(view.tid(), view.copy());
        } else if (view.kind() == RECORD_FD && view.syscall() == SYS_CLOSE) {
            byte[] beginning = begun.remove(view.tid());
            if (beginning != null) {
                end(ByteBuffer.wrap(beginning).order(ByteOrder.LITTLE_ENDIAN));
            }
        }
    }

    private void end(ByteBuffer record) {
        int header = record.getShort(PREFIX_HEADER_OFFSET) & 0xffff;
        int fd = record.getInt(header + HEADER_SIZE + FD_FD);
        if (fd == view.intAt(FD_FD)) {
            record.putShort(PREFIX_KIND, (short) RECORD_FD);
            record.putLong(header + HEADER_TIME_NS, view.timeNanos());
            record.putLong(header + HEADER_RESULT, view.result());
            view.wrap(record, 0, record.capacity());
        }
    }
}
