package io.tiercel.sensor.stream;

import io.tiercel.sensor.bpf.CaptureException;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.bpf.RecordView;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.event.NodeIdentity;
import io.tiercel.sensor.recording.RecordingReader;
import io.tiercel.sensor.state.NodeState;
import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Events of a recording, as fast as they are taken. */
final class ReplayEventStream implements EventStream {
    private static final int MAX_RECORDS = 16_384;

    private final RecordingReader reader;
    private final RecordView view = new RecordView();
    private final NodeState state = new NodeState();
    private final Joiner joiner;
    private @Nullable CaptureException damage;
    private boolean ended;

    ReplayEventStream(Path file) {
        reader = new RecordingReader(file);
        joiner = new Joiner(
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
        for (int i = 0; i < MAX_RECORDS && !ended && damage == null && next(); i++) {
            delivered += joiner.take(handler);
        }
        if (ended || damage != null) {
            delivered += joiner.finish(handler);
        }
        if (delivered == 0 && damage != null) {
            ended = true;
            throw damage;
        }
        return delivered;
    }

    @Override
    public void want(Set<String> eventTypes) {
        // a recording has the events that it has
    }

    @Override
    public void awaitContainers(boolean wait) {
        joiner.awaitContainers(wait);
    }

    @Override
    public int finish(Handler handler) {
        return joiner.finish(handler);
    }

    @Override
    public boolean ended() {
        return ended;
    }

    /** What the kernel lost while the recording was made is not in it. */
    @Override
    public LossCounters losses() {
        return LossCounters.NONE;
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

    private boolean next() {
        try {
            if (!reader.next()) {
                ended = true;
                return false;
            }
            if (!view.wrap(reader.content(), 0, reader.length())) {
                damage = reader.damaged("holds something that is no event");
                return false;
            }
            return true;
        } catch (CaptureException e) {
            damage = e;
            return false;
        }
    }
}
