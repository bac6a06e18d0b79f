package io.tiercel.sensor.process;

import io.tiercel.sensor.bpf.record.RecordView;

/** Decodes the file or socket of a {@code RECORD_STANDARD_FD}. */
@FunctionalInterface
public interface StandardFdDecoder {
    /** Returns the type and name of the file descriptor. */
    StandardFds.Fd decode(RecordView record);
}
