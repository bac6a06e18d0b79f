package io.tiercel.sensor.event;

import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.record.RecordLayout;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.fields.FdDescription;
import io.tiercel.sensor.process.NodeIdentity;
import io.tiercel.sensor.process.NodeState;
import io.tiercel.sensor.process.StateMemory;
import io.tiercel.sensor.recording.RecordingReader;
import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The events of a recording, delivered as fast as the caller polls. */
final class ReplayEventStream implements EventStream {
    private static final int MAX_RECORDS_PER_POLL = 16_384;

    private final RecordingReader reader;
    private final RecordView view = new RecordView();
    private final NodeState state = new NodeState(FdDescription::standardFd);
    private final EventEnricher enricher;
    private @Nullable CaptureException damage;
    private boolean ended;
    private long missing;

    ReplayEventStream(Path file) {
        reader = new RecordingReader(file);
        enricher = new EventEnricher(
                node().hostname(),
                reader.header().bootToEpochNanos(),
                reader.header().eventTypes(),
                view,
                state);
    }

    @Override
    public NodeIdentity node() {
        return reader.header().node();
    }

    @Override
    public int poll(Handler handler, int timeoutMillis) {
        int delivered = 0;
        for (int i = 0; i < MAX_RECORDS_PER_POLL && !ended && damage == null && next(); i++) {
            switch (view.kind()) {
                case RecordLayout.RECORD_CLOCK -> enricher.setBootToEpochNanos(view.result());
                case RecordLayout.RECORD_GAP -> missing += view.result();
                default -> delivered += enricher.process(handler);
            }
        }
        if (ended || damage != null) {
            delivered += enricher.finish(handler);
        }
        if (delivered == 0 && damage != null) {
            ended = true;
            throw damage;
        }
        return delivered;
    }

    @Override
    public void selectEventTypes(Set<String> eventTypes) {
        // The recording determines the event types.
    }

    @Override
    public void waitForContainerMetadata(boolean wait) {
        enricher.holdForContainers(wait);
    }

    @Override
    public int finish(Handler handler) {
        return enricher.finish(handler);
    }

    @Override
    public long bytesRead() {
        return reader.position();
    }

    @Override
    public boolean ended() {
        return ended;
    }

    /** Returns no losses: a recording does not contain those of the live capture. */
    @Override
    public LossCounters losses() {
        return LossCounters.NONE;
    }

    @Override
    public StateMemory stateMemory() {
        return state.memory();
    }

    @Override
    public SequencedMap<String, Long> stateSizes() {
        return state.sizes();
    }

    @Override
    public void close() {
        ended = true;
        reader.close();
    }

    private void warnIfIncomplete() {
        if (missing > 0) {
            System.getLogger(ReplayEventStream.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "the recording is incomplete: {0} records are missing, so alerts may be missing too",
                            Long.toString(missing));
        }
    }

    private boolean next() {
        try {
            if (!reader.next()) {
                ended = true;
                warnIfIncomplete();
                return false;
            }
            if (!view.wrap(reader.content(), 0, reader.length())) {
                damage = reader.damaged("contains an invalid record");
                return false;
            }
            return true;
        } catch (CaptureException e) {
            damage = e;
            return false;
        }
    }
}
