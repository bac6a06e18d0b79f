package io.tiercel.sensor.event;

import io.tiercel.rules.event.Event;
import io.tiercel.sensor.bpf.BackgroundProgramLoader;
import io.tiercel.sensor.bpf.CaptureProgram;
import io.tiercel.sensor.bpf.CaptureVariant;
import io.tiercel.sensor.bpf.KernelPrefilter;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.bpf.LossGroup;
import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.bpf.hooks.SyscallHookFailures;
import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.bpf.record.RecordLayout;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.container.ContainerQueryStatus;
import io.tiercel.sensor.container.TrackedContainer;
import io.tiercel.sensor.fields.FdDescription;
import io.tiercel.sensor.process.KernelStateListener;
import io.tiercel.sensor.process.LookupFailures;
import io.tiercel.sensor.process.NodeIdentity;
import io.tiercel.sensor.process.NodeState;
import io.tiercel.sensor.process.ProcessInfo;
import io.tiercel.sensor.process.StateMemory;
import io.tiercel.sensor.procfs.StateReader;
import io.tiercel.sensor.procfs.StateResync;
import io.tiercel.sensor.recording.RecordingHeader;
import io.tiercel.sensor.recording.RecordingQueue;
import io.tiercel.sensor.start.StartPhase;
import io.tiercel.sensor.start.StartTimes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The live events of the kernel. */
final class LiveEventStream implements EventStream {
    /** The maximum wait for the ring buffer, which only wakes the reader when many records are pending. */
    private static final int MAX_WAIT_MILLIS = 50;

    /** The maximum wait while programs are being loaded, or before events begin. */
    private static final int COMPLETION_WAIT_MILLIS = 5;

    /** The maximum wait while events wait for a lookup. */
    private static final int LOOKUP_WAIT_MILLIS = 2;

    /** The maximum number of records per drain, so that a drain under load does not delay the caller. */
    private static final int MAX_RECORDS_PER_DRAIN = 16_384;

    /** The interval between two comparisons with the wall clock, which NTP or an administrator may set. */
    private static final long CLOCK_CHECK_NANOS = 2_000_000_000L;

    /** Smaller differences are errors of the measurement. */
    private static final long MIN_CLOCK_STEP_NANOS = 2_000_000L;

    /** The interval between two checks for lost events. */
    private static final long LOSS_CHECK_NANOS = 100_000_000L;

    private final NodeIdentity node;
    private final Set<String> eventTypes;
    private final PrefilterMode prefilterMode;
    private final CaptureProgram program;
    private final RecordView view = new RecordView();
    private final RecordView stateRecordView = new RecordView();
    private final ContainerInfoRequests containerInfo;
    private final NodeState state;
    private final StateReader stateReader;
    private final StateLookups lookups;
    private final StateResync resync;
    private final HostNameResolver hostNames;
    private final EventEnricher enricher;
    private final @Nullable RecordingQueue recording;
    private final Consumer<byte[]> stateRecords = this::applyStateRecord;
    private final Consumer<byte[]> ownRecords = this::processOwnRecord;
    private Handler handler = event -> {};
    private int delivered;
    private boolean complete;
    private boolean begun;
    private boolean closed;
    private @Nullable ProcessMasks masks;
    private long masksBefore;
    private long bootToEpoch;
    private long lastClockCheckNanos = System.nanoTime();
    private long lastLossCheckNanos = System.nanoTime();

    LiveEventStream(LiveOptions options, Set<String> eventTypes, BackgroundProgramLoader loader) {
        node = LocalNode.identity(options.hostname());
        this.eventTypes = eventTypes;
        prefilterMode = options.prefilterMode();
        StartTimes times = StartTimes.ofProcess();
        program = times.measure(StartPhase.PROGRAMS_WAIT, loader::take);
        long begin = System.nanoTime();
        try {
            bootToEpoch = program.bootToEpochNanos();
            containerInfo = new ContainerInfoRequests(options.containers(), program::bootNanos);
            KernelPrefilter prefilter = program.prefilter();
            state = new NodeState(
                    FdDescription::standardFd,
                    containerInfo,
                    prefilter == null ? KernelStateListener.NOOP : new KernelStateUpdater(prefilter));
            enricher = new EventEnricher(node.hostname(), bootToEpoch, eventTypes, view, state);
            recording = options.recordTo() == null
                    ? null
                    : RecordingQueue.open(
                            options.recordTo(),
                            options.maxRecordBytes(),
                            new RecordingHeader(node, bootToEpoch, eventTypes));
            hostNames = new HostNameResolver(stateRecords);
            stateReader = StateReader.start(Path.of("/"), program::bootNanos);
            resync = stateReader.resync();
            lookups = new StateLookups(state, stateReader::request);
            stateReader.awaitLoaded(stateRecords);
            containerInfo.initialScanDone();
            containerInfo.setNeeded(recording != null);
            times.record(StartPhase.STATE, (System.nanoTime() - begin) / 1e9);
        } catch (RuntimeException | Error e) {
            program.close();
            throw e;
        }
    }

    /** Waits until all programs are attached, and begins to capture events. */
    void awaitComplete() {
        beginEvents();
        program.complete();
        complete = true;
    }

    @Override
    public void beginEvents() {
        if (!begun) {
            begun = true;
            program.selectEventTypes(eventTypes);
        }
    }

    @Override
    public boolean isComplete() {
        return begun && complete;
    }

    @Override
    public NodeIdentity node() {
        return node;
    }

    @Override
    public int poll(Handler handler, int timeoutMillis) {
        this.handler = handler;
        delivered = 0;
        long deadline = System.nanoTime()
                + (begun ? timeoutMillis : Math.min(timeoutMillis, COMPLETION_WAIT_MILLIS)) * 1_000_000L;
        while (true) {
            if (!complete && program.completeIfLoaded()) {
                complete = true;
                return delivered;
            }
            hostNames.deliver();
            resyncIfNeeded();
            followWallClock();
            long now = resync.hasPending() || stateReader.hasAnswers() ? program.bootNanos() : 0;
            if (program.ring().drain(this::processKernelRecord, MAX_RECORDS_PER_DRAIN) < MAX_RECORDS_PER_DRAIN) {
                resync.deliver(now, stateRecords);
                stateReader.deliver(now, ownRecords);
            }
            lookups.expire(System.nanoTime(), program::bootNanos, ownRecords);
            containerInfo.request(stateRecords);
            containerInfo.deliver(state, ownRecords);
            long remainingMillis = (deadline - System.nanoTime()) / 1_000_000L;
            if (delivered > 0 || remainingMillis <= 0) {
                if (recording != null) {
                    recording.flush();
                }
                return delivered;
            }
            program.await((int) Math.min(remainingMillis, maxWaitMillis()));
        }
    }

    private int maxWaitMillis() {
        if (lookups.isWaiting()) {
            return LOOKUP_WAIT_MILLIS;
        }
        return complete ? MAX_WAIT_MILLIS : COMPLETION_WAIT_MILLIS;
    }

    @Override
    public void selectEventTypes(Set<String> eventTypes) {
        if (recording != null) {
            throw new IllegalStateException("The event types of a recording cannot change");
        }
        begun = true;
        enricher.selectTypes(eventTypes);
        program.selectEventTypes(eventTypes);
    }

    @Override
    public void waitForContainerMetadata(boolean wait) {
        enricher.holdForContainers(wait);
        containerInfo.setNeeded(wait || recording != null);
    }

    @Override
    public int finish(Handler handler) {
        this.handler = handler;
        delivered = 0;
        program.ring().drain(this::processKernelRecord, Integer.MAX_VALUE); // at most the current content of the ring
        stateReader.deliver(Long.MAX_VALUE, ownRecords);
        containerInfo.deliver(state, ownRecords);
        return delivered + enricher.finish(handler);
    }

    @Override
    public void captureStandardFds(boolean enabled) {
        program.captureStandardFds(enabled);
    }

    @Override
    public void resolveHostNames(Set<String> names) {
        hostNames.setNames(names);
    }

    @Override
    public void recognizeFiles(Set<String> names) {
        stateReader.recognizeFiles(names);
    }

    @Override
    public boolean hasPrefilter() {
        return program.prefilter() != null;
    }

    @Override
    public boolean verifiesPrefilter() {
        return prefilterMode == PrefilterMode.VERIFY;
    }

    @Override
    public int installPrefilter(PrefilterTables tables, ToLongFunction<Event> remaining) {
        KernelPrefilter prefilter = program.prefilter();
        if (prefilter == null) {
            return RecordLayout.GENERATION_NONE;
        }
        int generation = prefilter.activate(tables, prefilterMode == PrefilterMode.VERIFY);
        removeMasks();
        masks = new ProcessMasks(prefilter, remaining, generation);
        return generation;
    }

    @Override
    public void removePrefilter() {
        KernelPrefilter prefilter = program.prefilter();
        if (prefilter != null) {
            prefilter.deactivate();
            removeMasks();
        }
    }

    private void removeMasks() {
        if (masks != null) {
            masks.clear();
            masksBefore += masks.masks();
            masks = null;
        }
    }

    @Override
    public void noRuleMatched(Event event) {
        ProcessInfo process = state.currentProcess();
        if (masks != null && process != null && enricher.isCurrent(event)) {
            masks.count((SensorEvent) event, process, view.syscall(), state.lineage());
        }
    }

    @Override
    public long processMasks() {
        return masksBefore + (masks == null ? 0 : masks.masks());
    }

    @Override
    public SequencedMap<String, Long> filteredEvents() {
        KernelPrefilter prefilter = program.prefilter();
        return prefilter == null || closed ? EventStream.super.filteredEvents() : prefilter.filteredEvents();
    }

    @Override
    public CaptureVariant captureVariant() {
        return program.variant();
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
    public List<LossOrigin> takeLossOrigins() {
        return closed
                ? List.of()
                : program.takeLossGroups().stream().map(this::origin).toList();
    }

    private LossOrigin origin(LossGroup group) {
        ProcessInfo process = state.process(group.pid());
        TrackedContainer container = process == null ? TrackedContainer.HOST : process.container();
        if (container.isHost()) {
            container = state.cgroups().containerOrHost(group.account());
        }
        return new LossOrigin(group, process == null ? group.comm() : process.comm(), container);
    }

    @Override
    public StateMemory stateMemory() {
        return state.memory();
    }

    @Override
    public SyscallHookFailures hookFailures() {
        return program.hookFailures();
    }

    @Override
    public LookupFailures lookupFailures() {
        return stateReader.failures();
    }

    @Override
    public ContainerQueryStatus containerQueries() {
        return containerInfo.status();
    }

    @Override
    public SequencedMap<String, Long> stateSizes() {
        return state.sizes();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            hostNames.close();
            resync.close();
            stateReader.close();
            program.close();
            containerInfo.close();
            if (recording != null) {
                recording.close();
            }
        }
    }

    private void processKernelRecord(ByteBuffer buffer, int offset, int length) {
        if (!view.wrap(buffer, offset, length)) {
            throw new CaptureException("the capture program sent an invalid record");
        }
        if (resync.hasPending()) {
            resync.deliver(view.timeNanos(), stateRecords);
        }
        if (stateReader.hasAnswers()) {
            stateReader.deliver(view.timeNanos(), ownRecords);
            view.wrap(buffer, offset, length);
        }
        lookups.request(view, stateRecords);
        containerInfo.request(stateRecords);
        process(buffer, offset, length);
        containerInfo.request(stateRecords);
    }

    /** Measures the wall clock again. A recording contains the new offset, so that its replay has the same times. */
    private void followWallClock() {
        long now = System.nanoTime();
        if (now - lastClockCheckNanos >= CLOCK_CHECK_NANOS) {
            lastClockCheckNanos = now;
            long measured = program.bootToEpochNanos();
            if (Math.abs(measured - bootToEpoch) >= MIN_CLOCK_STEP_NANOS) {
                bootToEpoch = measured;
                if (recording != null) {
                    byte[] record = new RecordBuilder(RecordLayout.RECORD_CLOCK)
                            .header(RecordLayout.HEADER_TIME_NS, program.bootNanos())
                            .header(RecordLayout.HEADER_RESULT, measured)
                            .build();
                    recording.write(ByteBuffer.wrap(record), 0, record.length);
                }
                enricher.setBootToEpochNanos(measured);
            }
        }
    }

    /** Requests a resync if events were lost or process lookups were skipped. */
    private void resyncIfNeeded() {
        long now = System.nanoTime();
        if (now - lastLossCheckNanos >= LOSS_CHECK_NANOS) {
            lastLossCheckNanos = now;
            LossCounters losses = program.losses();
            resync.requestAfterLosses(losses.lostEvents() - losses.count(LossCounters.Reason.OVER_BUDGET));
            stateReader.abandonHanging();
            if (lookups.takeSkipped()) {
                resync.request();
            }
        }
    }

    private void process(ByteBuffer buffer, int offset, int length) {
        if (recording != null) {
            recording.write(buffer, offset, length);
        }
        delivered += enricher.process(handler);
    }

    /** Processes a record that may release held events. Runs between two records of the kernel. */
    private void processOwnRecord(byte[] record) {
        ByteBuffer buffer = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        if (!view.wrap(buffer, 0, record.length)) {
            throw new CaptureException("the sensor built an invalid record");
        }
        if (view.kind() == RecordLayout.RECORD_LOOKUP && !lookups.ended(view.textOrEmpty(0))) {
            return;
        }
        // What the kernel told of a process in the meantime is newer and more than /proc shows.
        if (view.kind() != RecordLayout.RECORD_PROCESS || !state.hasProcess(view.tgid())) {
            process(buffer, 0, record.length);
        }
        if (view.kind() == RecordLayout.RECORD_KNOWN_FILES) {
            program.knownFiles().replace(state.knownFiles().files());
        }
    }

    /** Applies a record that only changes the state. The current kernel record stays in its view. */
    private void applyStateRecord(byte[] record) {
        ByteBuffer buffer = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        if (!stateRecordView.wrap(buffer, 0, record.length)) {
            throw new CaptureException("the sensor built an invalid record");
        }
        if (recording != null) {
            recording.write(buffer, 0, record.length);
        }
        if (stateRecordView.kind() == RecordLayout.RECORD_LOOKUP) {
            enricher.beginLookup(stateRecordView);
        } else {
            state.apply(stateRecordView);
        }
    }
}
