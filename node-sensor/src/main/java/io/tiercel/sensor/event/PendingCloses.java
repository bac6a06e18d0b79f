package io.tiercel.sensor.event;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_CLOSE;

import io.tiercel.sensor.bpf.record.RecordView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Merges the two records of a {@code close} call. Only the record at the call's start describes the file, because the kernel
 * forgets it during the call. Only the record at the end has the result.
 */
final class PendingCloses {
    /** The maximum number of threads inside the call. The oldest entry is evicted, such as that of a killed thread. */
    private static final int MAX_THREADS = 4096;

    private final RecordView view;
    private final Map<Integer, byte[]> startRecords = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, byte[]> eldest) {
            return size() > MAX_THREADS;
        }
    };

    PendingCloses(RecordView view) {
        this.view = view;
    }

    /** Stores the start of a close. At its end, moves the view to the merged record. Ignores all other records. */
    void process() {
        if (view.kind() == RECORD_FD_CLOSING) {
            startRecords.remove(view.tid());
            startRecords.put(view.tid(), view.copy());
        } else if (view.kind() == RECORD_FD && view.syscall() == SYS_CLOSE) {
            byte[] start = startRecords.remove(view.tid());
            if (start != null) {
                merge(ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN));
            }
        }
    }

    private void merge(ByteBuffer record) {
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
