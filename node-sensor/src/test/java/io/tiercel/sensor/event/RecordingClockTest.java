package io.tiercel.sensor.event;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.process.NodeIdentity;
import io.tiercel.sensor.recording.RecordingHeader;
import io.tiercel.sensor.recording.RecordingWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class RecordingClockTest {
    @TempDir
    private Path folder;

    private static byte[] exit(long bootNanos) {
        return new RecordBuilder(RECORD_EXIT)
                .header(HEADER_TIME_NS, bootNanos)
                .header(HEADER_TGID, 7)
                .header(HEADER_TID, 7)
                .build();
    }

    private static byte[] own(int kind, long result) {
        return new RecordBuilder(kind).header(HEADER_RESULT, result).build();
    }

    @Test
    void aReplayFollowsStepsOfTheClockAndSkipsGaps() {
        Path file = folder.resolve("clock.trec");
        RecordingHeader header = new RecordingHeader(new NodeIdentity("node", "boot"), 1_000, Set.of("procexit"));
        try (RecordingWriter writer = new RecordingWriter(file, 1L << 20, header)) {
            for (byte[] record : List.of(exit(1), own(RECORD_CLOCK, 5_000), exit(2), own(RECORD_GAP, 3), exit(4))) {
                writer.write(ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN), 0, record.length);
            }
        }
        List<Long> times = new ArrayList<>();
        try (EventStream stream = EventStreams.replay(file)) {
            while (!stream.ended()) {
                stream.poll(event -> times.add(event.timeNanos()), 0);
            }
        }
        assertEquals(List.of(1_001L, 5_002L, 5_004L), times);
    }
}
