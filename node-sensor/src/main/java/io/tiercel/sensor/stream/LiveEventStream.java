package io.tiercel.sensor.stream;

import io.tiercel.sensor.bpf.BackgroundProgramLoader;
import io.tiercel.sensor.bpf.CaptureException;
import io.tiercel.sensor.bpf.CaptureProgram;
import io.tiercel.sensor.bpf.KernelPrefilter;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.bpf.RecordLayout;
import io.tiercel.sensor.bpf.RecordView;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.event.NodeIdentity;
import io.tiercel.sensor.recording.RecordingHeader;
import io.tiercel.sensor.recording.RecordingWriter;
import io.tiercel.sensor.state.HostFacts;
import io.tiercel.sensor.state.HostLookup;
import io.tiercel.sensor.state.NodeState;
import io.tiercel.sensor.state.Repair;
import io.tiercel.sensor.state.Whereabouts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Events as the kernel hands them over. */
final class LiveEventStream implements EventStream {
    /** Longest wait for the kernel's call: it only calls when many records have gathered. */
    private static final int MAX_WAIT_MILLIS = 50;

    /** Records taken in one call of poll, so that the caller gets its turn under any load. */
    private static final int MAX_RECORDS = 16_384;

    /** Time between two looks at what the kernel had to drop. */
    private static final long LOSSES_NANOS = 100_000_000L;

    private final NodeIdentity node;
    private final PrefilterMode mode;
    private final CaptureProgram program;
    private final RecordView view = new RecordView();
    private final RecordView factView = new RecordView();
    private final ContainerQuestions containers;
    private final NodeState state;
    private final HostFacts facts;
    private final Repair repair;
    private final HostLookup hosts;
    private final Joiner joiner;
    private final @Nullable RecordingWriter recording;
    private final Consumer<byte[]> toState = this::fact;
    private final Consumer<byte[]> answered = this::answer;
    private Handler handler = event -> {};
    private int delivered;
    private boolean closed;
    private long lossesRead = System.nanoTime();

    LiveEventStream(LiveOptions options, Set<String> eventTypes, BackgroundProgramLoader ahead) {
        node = Nodes.here(options.hostname());
        mode = options.firstPass();
        program = ahead.take();
        try {
            long bootToEpoch = program.bootToEpochNanos();
            containers = new ContainerQuestions(options.containers(), () -> Math.max(0, epochNanos() - bootToEpoch));
            KernelPrefilter pass = program.pass();
            state = new NodeState(containers, pass == null ? Whereabouts.UNHEARD : new KernelWhereabouts(pass));
            joiner = new Joiner(node.hostname(), bootToEpoch, eventTypes, view, state);
            recording = options.recordTo() == null
                    ? null
                    : new RecordingWriter(
                            options.recordTo(),
                            options.maxRecordBytes(),
                            new RecordingHeader(node, bootToEpoch, eventTypes));
            hosts = new HostLookup(toState);
            repair = new Repair(Path.of("/"), program::bootNanos);
            facts = new HostFacts(Path.of("/"), state, toState);
            facts.scan();
            containers.running();
            containers.need(recording != null);
            program.want(eventTypes);
        } catch (RuntimeException | Error e) {
            program.close();
            throw e;
        }
    }

    @Override
    public NodeIdentity node() {
        return node;
    }

    @Override
    public int poll(Handler handler, int timeoutMillis) {
        this.handler = handler;
        delivered = 0;
        long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
        while (true) {
            hosts.deliver();
            repairIfNeeded();
            long now = repair.ready() ? program.bootNanos() : 0;
            if (program.ring().drain(this::record, MAX_RECORDS) < MAX_RECORDS) {
                repair.deliver(now, toState);
            }
            containers.ask(toState);
            containers.answers(state, answered);
            long left = (deadline - System.nanoTime()) / 1_000_000L;
            if (delivered > 0 || left <= 0) {
                if (recording != null) {
                    recording.flush();
                }
                return delivered;
            }
            program.await((int) Math.min(left, MAX_WAIT_MILLIS));
        }
    }

    @Override
    public void want(Set<String> eventTypes) {
        if (recording != null) {
            throw new IllegalStateException("a recording is of one choice of event types");
        }
        joiner.want(eventTypes);
        program.want(eventTypes);
    }

    @Override
    public void awaitContainers(boolean wait) {
        joiner.awaitContainers(wait);
        containers.need(wait || recording != null);
    }

    @Override
    public int finish(Handler handler) {
        this.handler = handler;
        delivered = 0;
        program.ring().drain(this::record, Integer.MAX_VALUE); // what lies there now, and so at most a ring full
        containers.answers(state, answered);
        return delivered + joiner.finish(handler);
    }

    @Override
    public void wantStandardFds(boolean wanted) {
        program.wantStandardFds(wanted);
    }

    @Override
    public void resolve(Set<String> hostNames) {
        hosts.want(hostNames);
    }

    @Override
    public boolean hasFirstPass() {
        return program.pass() != null;
    }

    @Override
    public boolean checksFirstPass() {
        return mode == PrefilterMode.VERIFY;
    }

    @Override
    public int firstPass(PrefilterTables tables) {
        KernelPrefilter pass = program.pass();
        return pass == null ? RecordLayout.CLAUSES_ALL : pass.use(tables, mode == PrefilterMode.VERIFY);
    }

    @Override
    public void withoutFirstPass() {
        KernelPrefilter pass = program.pass();
        if (pass != null) {
            pass.off();
        }
    }

    @Override
    public SequencedMap<String, Long> dropped() {
        KernelPrefilter pass = program.pass();
        return pass == null || closed ? EventStream.super.dropped() : pass.dropped();
    }

    @Override
    public boolean ended() {
        return closed;
    }

    @Override
    public LossCounters losses() {
        return closed ? LossCounters.NONE : program.losses();
    }

    @Override
    public SequencedMap<String, Long> stateSizes() {
        return state.sizes();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            hosts.close();
            repair.close();
            program.close();
            containers.close();
            if (recording != null) {
                recording.close();
            }
        }
    }

    private void record(ByteBuffer buffer, int offset, int length) {
        if (!view.wrap(buffer, offset, length)) {
            throw new CaptureException("the capture program handed over something that is no record");
        }
        if (repair.ready()) {
            repair.deliver(view.timeNanos(), toState);
        }
        facts.before(view);
        containers.ask(toState);
        take(buffer, offset, length);
        containers.ask(toState);
    }

    /** Looks, now and then, whether the state may lack something that was missed. */
    private void repairIfNeeded() {
        long now = System.nanoTime();
        if (now - lossesRead >= LOSSES_NANOS) {
            lossesRead = now;
            repair.losses(program.losses().events(true));
            if (facts.leftOut()) {
                repair.begin();
            }
        }
    }

    private void take(ByteBuffer buffer, int offset, int length) {
        if (recording != null) {
            recording.write(buffer, offset, length);
        }
        delivered += joiner.take(handler);
    }

    /** Something about a container, between two records of the kernel. */
    private void answer(byte[] record) {
        ByteBuffer buffer = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        if (!view.wrap(buffer, 0, record.length)) {
            throw new CaptureException("the sensor made something that is no record");
        }
        take(buffer, 0, record.length);
    }

    private void fact(byte[] record) {
        ByteBuffer buffer = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        if (!factView.wrap(buffer, 0, record.length)) {
            throw new CaptureException("the sensor made something that is no record");
        }
        if (recording != null) {
            recording.write(buffer, 0, record.length);
        }
        state.apply(factView);
    }

    private static long epochNanos() {
        Instant now = Clock.systemUTC().instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
