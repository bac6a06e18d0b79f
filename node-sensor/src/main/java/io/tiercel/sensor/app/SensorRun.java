package io.tiercel.sensor.app;

import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.text.ProgressLine;
import io.tiercel.rules.text.Quantity;
import io.tiercel.sensor.bpf.BackgroundProgramLoader;
import io.tiercel.sensor.bpf.CaptureLimitation;
import io.tiercel.sensor.bpf.Preconditions;
import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.host.FilePages;
import io.tiercel.sensor.bpf.host.PidNamespace;
import io.tiercel.sensor.bpf.host.ThreadPriority;
import io.tiercel.sensor.config.Settings;
import io.tiercel.sensor.container.ContainerOptions;
import io.tiercel.sensor.container.ContainerRuntime;
import io.tiercel.sensor.container.cri.CriRuntime;
import io.tiercel.sensor.delivery.AlertDelivery;
import io.tiercel.sensor.delivery.AlertWriter;
import io.tiercel.sensor.detect.EventLoop;
import io.tiercel.sensor.detect.HeartbeatReporter;
import io.tiercel.sensor.detect.PrefilterCompilation;
import io.tiercel.sensor.detect.ReloadingDetector;
import io.tiercel.sensor.detect.RuleReload;
import io.tiercel.sensor.detect.WatchGapReporter;
import io.tiercel.sensor.event.EarlyCapture;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.event.EventStreams;
import io.tiercel.sensor.event.LiveOptions;
import io.tiercel.sensor.heartbeat.Heartbeat;
import io.tiercel.sensor.identity.SensorIdentity;
import io.tiercel.sensor.metrics.MetricsCollector;
import io.tiercel.sensor.metrics.MetricsOptions;
import io.tiercel.sensor.metrics.MetricsServer;
import io.tiercel.sensor.output.QueuedOutput;
import io.tiercel.sensor.output.RefusedAlerts;
import io.tiercel.sensor.output.Shipper;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.start.StartPhase;
import io.tiercel.sensor.start.StartTimes;
import io.tiercel.sensor.thread.Deadline;
import io.tiercel.sensor.thread.ThreadFailures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of the sensor.
 *
 * <p>It validates everything before it starts anything, except that the kernel verifies the BPF programs while the
 * configuration is read and the rules are loaded, and their prefilter is compiled. It stops within five seconds of a stop signal.
 */
public final class SensorRun {
    /** The common limit of the steps after the last event. The spool's close may take {@link #SPOOL_CLOSE_TIMEOUT} more. */
    private static final Duration STOP_TIMEOUT = Duration.ofMillis(3_500);

    private static final Duration WRITER_STOP_TIMEOUT = Duration.ofMillis(1_500);
    private static final Duration SPOOL_CLOSE_TIMEOUT = Duration.ofMillis(500);
    private static final Duration OUTPUT_STOP_TIMEOUT = Duration.ofMillis(1_500);
    private static final Duration DELIVERY_STOP_TIMEOUT = Duration.ofSeconds(2);
    /** Replays wait longer for delivery, because a recording is short and its user waits for it. */
    private static final Duration REPLAY_DELIVERY_TIMEOUT = Duration.ofSeconds(30);

    private static final long KIB = 1024;

    private final SensorOptions options;
    private final RuleSetOptions ruleOptions;
    private final RuleEngine rules;
    private final PrefilterCompilation prefilter;
    private final String rulesDigest;
    private final StandardStreams streams;
    private final @Nullable BackgroundProgramLoader capture;
    private final BlockingQueue<RuleReload> reloads = new ArrayBlockingQueue<>(1);
    private final StartTimes startTimes = StartTimes.ofProcess();
    private long openedNanos;
    private boolean readyReported;
    private long readyNanos;
    private Deadline ending = Deadline.after(Duration.ZERO);

    private SensorRun(
            SensorOptions options,
            RuleSetOptions ruleOptions,
            RuleEngine rules,
            PrefilterCompilation prefilter,
            String rulesDigest,
            StandardStreams streams,
            @Nullable BackgroundProgramLoader capture) {
        this.options = options;
        this.ruleOptions = ruleOptions;
        this.rules = rules;
        this.prefilter = prefilter;
        this.rulesDigest = rulesDigest;
        this.streams = streams;
        this.capture = capture;
    }

    /**
     * Loads the rules.
     *
     * @param earlyCapture a capture program that is already being loaded, which this method takes or closes; null if there is none
     * @throws UserErrorException if they are invalid
     */
    public static SensorRun of(
            SensorOptions options,
            RuleSetOptions ruleOptions,
            StandardStreams streams,
            @Nullable EarlyCapture earlyCapture) {
        BackgroundProgramLoader capture = capture(options, earlyCapture);
        try {
            return StartTimes.ofProcess().measure(StartPhase.RULES, () -> {
                RuleFileContents contents = ruleOptions.read();
                LoadedRules loaded = RuleFiles.rulesOrFail(ruleOptions.load(contents), streams);
                ruleOptions.reportUnusedToggles(loaded, streams);
                RuleEngine rules = ruleOptions.engine(loaded);
                PrefilterCompilation prefilter = capture == null || options.effectivePrefilter() == PrefilterMode.OFF
                        ? PrefilterCompilation.none()
                        : PrefilterCompilation.begin(rules, streams::info);
                return new SensorRun(options, ruleOptions, rules, prefilter, contents.digest(), streams, capture);
            });
        } catch (RuntimeException e) {
            if (capture != null) {
                capture.close();
            }
            throw e;
        }
    }

    private static @Nullable BackgroundProgramLoader capture(
            SensorOptions options, @Nullable EarlyCapture earlyCapture) {
        if (options.replay() != null) {
            if (earlyCapture != null) {
                earlyCapture.close();
            }
            return null;
        }
        PrefilterMode prefilter = options.effectivePrefilter();
        return earlyCapture == null
                ? EventStreams.load(prefilter, options.captureSizes(), options.bestArgumentSource())
                : earlyCapture.take(prefilter, options.captureSizes(), options.bestArgumentSource());
    }

    /**
     * Runs the sensor until a stop signal, the end of the recording, or the requested time.
     *
     * @throws UserErrorException if the sensor cannot start or capture
     */
    public void run() {
        ThreadFailures.ofProcess().handleUncaught();
        try (BackgroundProgramLoader _ = capture;
                StopSignal stop = StopSignal.install()) {
            SpoolSession session = startTimes.measure(StartPhase.SPOOL, () -> SpoolSession.open(options));
            AtomicReference<@Nullable Shipper> shipper = new AtomicReference<>();
            try {
                runWithSpool(session, shipper, stop);
            } finally {
                boolean waitForDelivery = options.replay() != null && !stop.requested();
                Duration delivery = waitForDelivery ? REPLAY_DELIVERY_TIMEOUT : ending.atMost(DELIVERY_STOP_TIMEOUT);
                session.close(shipper.get(), delivery, delivery.plus(SPOOL_CLOSE_TIMEOUT), streams);
                streams.drain();
            }
        }
    }

    private void runWithSpool(SpoolSession session, AtomicReference<@Nullable Shipper> shipper, StopSignal stop) {
        IdentitySettings.note(options.config()).ifPresent(streams::info);
        try (SensorIdentity identity = SensorIdentity.start(options.identity());
                EventStream stream = open();
                GrpcApi grpc = GrpcApi.open(options.grpc(), stream.node().hostname(), streams)) {
            openedNanos = System.nanoTime();
            ConfiguredOutputs outputs = ConfiguredOutputs.start(options.config(), streams);
            AlertWriter writer = new AlertWriter(
                    session.ids(stream),
                    session.spool(),
                    session.aggregator(),
                    grpc.addTo(outputs.all()),
                    identity::instanceId);
            AlertDelivery delivery = options.replay() != null
                    ? AlertDelivery.direct(writer)
                    : AlertDelivery.queued(writer, ThreadPriority::raise);
            ReloadingDetector detector = new ReloadingDetector(
                    stream, rules, prefilter, options.fileNames(), delivery, reloads, streams::info);
            EventLoop eventLoop = new EventLoop(
                    stream,
                    detector,
                    delivery,
                    options.replay() != null,
                    options.config().text(Settings.CAPTURE_FLOOD_ALERTS).equals("incident"));
            shipper.set(shipper(session.spool(), identity, delivery.refused()));
            MetricsCollector metrics = new MetricsCollector(
                    stream,
                    eventLoop,
                    delivery,
                    detector,
                    identity,
                    session.spool(),
                    shipper.get(),
                    LogStream::droppedLines);
            try (MetricsServer _ = metrics(metrics);
                    SignalAction _ = SignalAction.install("USR1", outputs::reopenFiles)) {
                String ready = "ready: "
                        + Quantity.of(
                                rules.rules().stream().filter(Rule::enabled).count(), "rule") + " on "
                        + stream.node().hostname();
                if (options.replay() == null && !ThreadPriority.raise()) {
                    streams.info("the event thread runs at ordinary priority; see docs/run.md");
                }
                if (options.replay() == null) {
                    HeartbeatReporter heartbeats = session.spool() == null
                            ? null
                            : new HeartbeatReporter(stream, eventLoop, delivery, detector, heartbeatSettings());
                    watch(stream, eventLoop, delivery, stop, metrics, ready, heartbeats);
                } else {
                    replay(stream, eventLoop, stop, metrics, ready);
                }
            } catch (CaptureException e) {
                boolean live = options.replay() == null;
                throw live ? UserErrorException.environment(message(e)) : UserErrorException.input(message(e));
            } finally {
                ending = Deadline.after(STOP_TIMEOUT);
                stream.close();
                long unwritten = delivery.stop(ending.atMost(WRITER_STOP_TIMEOUT));
                if (unwritten > 0) {
                    streams.info(unwritten + (unwritten == 1 ? " alert is" : " alerts are")
                            + " lost: the spool's disk did not take them in time");
                }
                grpc.beginShutdown();
                QueuedOutput.stopAll(outputs.all(), ending.atMost(OUTPUT_STOP_TIMEOUT));
                streams.info(delivery.emitted() + " alerts from " + eventLoop.events() + " events");
            }
        }
    }

    /** Runs the event loop on live events, and reports the times in which the sensor did not watch. */
    private void watch(
            EventStream stream,
            EventLoop eventLoop,
            AlertDelivery delivery,
            StopSignal stop,
            MetricsCollector metrics,
            String ready,
            @Nullable HeartbeatReporter heartbeats) {
        try (Heartbeat heartbeat =
                Heartbeat.start(options.spoolFolder(), stream.node().bootId(), eventLoop.turns())) {
            WatchGapReporter gaps = new WatchGapReporter(stream, delivery, eventLoop, heartbeat::poll);
            evaluate(
                    eventLoop,
                    stop,
                    () -> {
                        metrics.run();
                        gaps.run();
                        if (heartbeats != null) {
                            heartbeats.run();
                        }
                    },
                    ready);
            if (heartbeats != null) {
                heartbeats.stopOrderly();
            }
            heartbeat.stopOrderly();
        }
    }

    /** Runs the event loop on a recording, and shows how far it is. A terminal that shows alerts has lines of progress between them. */
    private void replay(
            EventStream stream, EventLoop eventLoop, StopSignal stop, MetricsCollector metrics, String ready) {
        Path file = Objects.requireNonNull(options.replay());
        long size = file.toFile().length() / KIB;
        try (ProgressLine progress =
                ProgressLine.start("replaying " + file.getFileName(), "KiB", !streams.terminal())) {
            evaluate(
                    eventLoop,
                    stop,
                    () -> {
                        metrics.run();
                        progress.at(stream.bytesRead() / KIB, size);
                    },
                    ready);
        }
    }

    private HeartbeatReporter.Settings heartbeatSettings() {
        return new HeartbeatReporter.Settings(
                TiercelVersion.VERSION,
                rulesDigest,
                Duration.ofSeconds(options.config().number(Settings.HEARTBEAT_INTERVAL_SECONDS)),
                PidNamespace.problem() == null ? List.of() : List.of(CaptureLimitation.PID_NAMESPACE));
    }

    /**
     * Runs the event loop. Rules are not reloaded while a recording is replayed or written, because it belongs to one
     * set of rules.
     */
    private void evaluate(EventLoop eventLoop, StopSignal stop, Runnable periodicTask, String ready) {
        Runnable complete = () -> reportReady(ready);
        if (options.replay() != null || options.record() != null) {
            eventLoop.run(stopCondition(stop), complete, periodicTask);
            return;
        }
        try (RuleWatcher watcher = RuleWatcher.start(new RuleReloader(ruleOptions, rulesDigest, reloads, streams));
                SignalAction _ = SignalAction.install("HUP", watcher::requestReload)) {
            HeapTrimmer heapTrimmer = new HeapTrimmer();
            FilePages filePages = new FilePages();
            eventLoop.run(stopCondition(stop), complete, () -> {
                periodicTask.run();
                heapTrimmer.run();
                filePages.run();
            });
        }
    }

    private void reportReady(String line) {
        readyReported = true;
        readyNanos = System.nanoTime();
        streams.info(line);
        startTimes.record(StartPhase.READY, (System.nanoTime() - openedNanos) / 1e9);
        startTimes.ready();
    }

    private EventStream open() {
        Path replay = options.replay();
        if (replay != null) {
            try {
                return EventStreams.replay(replay);
            } catch (CaptureException e) {
                throw UserErrorException.input(message(e));
            }
        }
        List<String> failures = Preconditions.check().stream()
                .filter(check -> !check.passed())
                .map(PreconditionText::failure)
                .toList();
        if (!failures.isEmpty()) {
            throw UserErrorException.environment(String.join("\n", failures));
        }
        try {
            return EventStreams.begin(liveOptions(), Objects.requireNonNull(capture));
        } catch (CaptureException e) {
            throw UserErrorException.environment(message(e));
        }
    }

    private LiveOptions liveOptions() {
        Set<String> types = rules.eventTypes().isAll()
                ? Set.of()
                : Set.copyOf(rules.eventTypes().names());
        List<ContainerRuntime> runtimes = options.criSockets().stream()
                .<ContainerRuntime>map(CriRuntime::new)
                .toList();
        return new LiveOptions(
                options.hostname(),
                types,
                options.record(),
                LiveOptions.DEFAULT_MAX_RECORD_BYTES,
                new ContainerOptions(runtimes, options.containerWaitMs()),
                options.effectivePrefilter());
    }

    private @Nullable Shipper shipper(@Nullable Spool spool, SensorIdentity identity, RefusedAlerts refused) {
        Path folder = options.spoolFolder();
        return spool == null || folder == null || options.delivery() == null
                ? null
                : Shipper.start(spool, options.delivery().createTarget(identity), folder, refused);
    }

    private MetricsServer metrics(MetricsCollector metrics) {
        MetricsOptions where = options.metrics();
        MetricsServer server = null;
        try {
            server = new MetricsServer(metrics, where.token());
            if (where.healthSocket() != null) {
                server.listen(where.healthSocket());
            }
            if (where.address() != null) {
                streams.info("metrics on http://" + server.listen(where.address()) + "/metrics");
            }
            return server;
        } catch (IOException e) {
            if (server != null) {
                server.close();
            }
            throw UserErrorException.input("metrics: " + e.getMessage());
        }
    }

    /** Returns the condition to stop. The requested time begins when the sensor is ready. */
    private BooleanSupplier stopCondition(StopSignal stop) {
        Integer seconds = options.seconds();
        if (seconds == null) {
            return stop::requested;
        }
        long nanos = Duration.ofSeconds(seconds).toNanos();
        return () -> stop.requested() || (readyReported && System.nanoTime() - readyNanos >= nanos);
    }

    private static String message(CaptureException e) {
        return String.valueOf(e.getMessage());
    }
}
