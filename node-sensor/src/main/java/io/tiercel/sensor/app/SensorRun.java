package io.tiercel.sensor.app;

import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.sensor.bpf.BackgroundProgramLoader;
import io.tiercel.sensor.bpf.CaptureException;
import io.tiercel.sensor.bpf.Preconditions;
import io.tiercel.sensor.config.Settings;
import io.tiercel.sensor.container.ContainerOptions;
import io.tiercel.sensor.container.ContainerRuntime;
import io.tiercel.sensor.container.cri.CriRuntime;
import io.tiercel.sensor.detect.AlertAggregator;
import io.tiercel.sensor.detect.AlertDelivery;
import io.tiercel.sensor.detect.EventLoop;
import io.tiercel.sensor.detect.ReloadingDetector;
import io.tiercel.sensor.detect.RuleReload;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.event.EventStreams;
import io.tiercel.sensor.event.LiveOptions;
import io.tiercel.sensor.metrics.MetricsAddress;
import io.tiercel.sensor.metrics.MetricsCollector;
import io.tiercel.sensor.metrics.MetricsServer;
import io.tiercel.sensor.output.QueuedOutput;
import io.tiercel.sensor.output.Shipper;
import io.tiercel.sensor.spool.AlertIdGenerator;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of the sensor: opens what it needs in an order in which nothing is started before all before it is known to
 * be right, but that the kernel verifies the capture program while rules are loaded; and closes it within five seconds when
 * it is told to stop.
 */
public final class SensorRun {
    private static final Duration LAST_WORDS = Duration.ofMillis(1_500);
    private static final Duration LAST_DELIVERY = Duration.ofSeconds(2);
    /** A recording is short and its reader waits for it: what it gave is delivered before the end if at all possible. */
    private static final Duration LAST_DELIVERY_OF_RECORDING = Duration.ofSeconds(30);

    private final SensorOptions options;
    private final RuleSetOptions choice;
    private final RuleEngine rules;
    private final String digest;
    private final StandardStreams streams;
    private final @Nullable BackgroundProgramLoader capture;
    private final BlockingQueue<RuleReload> reloads = new ArrayBlockingQueue<>(1);

    private SensorRun(
            SensorOptions options,
            RuleSetOptions choice,
            RuleEngine rules,
            String digest,
            StandardStreams streams,
            @Nullable BackgroundProgramLoader capture) {
        this.options = options;
        this.choice = choice;
        this.rules = rules;
        this.digest = digest;
        this.streams = streams;
        this.capture = capture;
    }

    /**
     * Loads the rules.
     *
     * @throws UserErrorException if they cannot be used
     */
    public static SensorRun of(SensorOptions options, RuleSetOptions choice, StandardStreams streams) {
        BackgroundProgramLoader capture =
                options.replay() == null ? EventStreams.load(options.effectivePrefilter(), options.ringSize()) : null;
        try {
            RuleFileContents texts = choice.read();
            RuleEngine rules = choice.engine(RuleFiles.usable(choice.load(texts), streams));
            return new SensorRun(options, choice, rules, texts.digest(), streams, capture);
        } catch (RuntimeException e) {
            if (capture != null) {
                capture.close();
            }
            throw e;
        }
    }

    public void run() {
        try (BackgroundProgramLoader _ = capture;
                StopSignal stop = StopSignal.install()) {
            Path folder = options.spoolFolder();
            if (folder == null) {
                withSpool(null, stop);
                return;
            }
            try (Spool spool = Spool.open(folder, options.spoolOptions())) {
                withSpool(spool, stop);
            }
        } catch (SpoolException e) {
            throw UserErrorException.input(e.getMessage());
        }
    }

    private void withSpool(@Nullable Spool spool, StopSignal stop) throws SpoolException {
        try (EventStream stream = open();
                GrpcApi subscribers = GrpcApi.open(options.grpc(), stream.node().hostname(), streams)) {
            ConfiguredOutputs outputs = ConfiguredOutputs.start(options.config(), streams);
            AlertAggregator aggregator = aggregator(spool);
            AlertDelivery delivery = new AlertDelivery(ids(stream), spool, aggregator, subscribers.with(outputs.all()));
            ReloadingDetector detector =
                    new ReloadingDetector(stream, rules, options.names(), delivery, reloads, streams::say);
            EventLoop sensor = new EventLoop(stream, detector, delivery, options.replay() != null);
            Shipper shipper = shipper(spool);
            MetricsCollector figures = new MetricsCollector(stream, sensor, delivery, detector, spool, shipper);
            try (MetricsServer _ = metrics(figures);
                    SignalAction _ = SignalAction.install("USR1", outputs::reopenFiles)) {
                String ready =
                        "ready: " + rules.rules().stream().filter(Rule::enabled).count() + " rules on "
                                + stream.node().hostname();
                evaluate(sensor, stop, figures, ready);
            } catch (CaptureException e) {
                boolean live = options.replay() == null;
                throw live ? UserErrorException.environment(message(e)) : UserErrorException.input(message(e));
            } finally {
                stream.close();
                end(aggregator);
                subscribers.end();
                QueuedOutput.stopAll(outputs.all(), LAST_WORDS);
                finish(shipper, spool, stop);
                streams.say(delivery.emitted() + " alerts from " + sensor.events() + " events");
            }
        }
    }

    /** Exchanges the rules on the way, but not where a recording is read or made: each is of one choice of events. */
    private void evaluate(EventLoop sensor, StopSignal stop, MetricsCollector figures, String ready) {
        if (options.replay() != null || options.record() != null) {
            streams.say(ready);
            sensor.run(ending(stop), figures);
            return;
        }
        try (RuleWatcher watch = RuleWatcher.start(new RuleReloader(choice, digest, reloads, streams));
                SignalAction _ = SignalAction.install("HUP", watch::ask)) {
            streams.say(ready);
            HeapTrimmer heap = new HeapTrimmer();
            sensor.run(ending(stop), () -> {
                figures.run();
                heap.run();
            });
        }
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
        List<String> missing = Preconditions.check().stream()
                .filter(check -> !check.passed())
                .map(PreconditionText::failure)
                .toList();
        if (!missing.isEmpty()) {
            throw UserErrorException.environment(String.join("\n", missing));
        }
        try {
            return EventStreams.live(liveOptions(), Objects.requireNonNull(capture));
        } catch (CaptureException e) {
            throw UserErrorException.environment(message(e));
        }
    }

    private LiveOptions liveOptions() {
        Set<String> types = rules.eventTypes().isAll()
                ? Set.of()
                : Set.copyOf(rules.eventTypes().names());
        List<ContainerRuntime> runtimes =
                options.cri().stream().<ContainerRuntime>map(CriRuntime::new).toList();
        return new LiveOptions(
                options.hostname(),
                types,
                options.record(),
                LiveOptions.DEFAULT_MAX_RECORD_BYTES,
                new ContainerOptions(runtimes, options.containerWait()),
                options.effectivePrefilter());
    }

    private AlertIdGenerator ids(EventStream stream) throws SpoolException {
        String hostname = stream.node().hostname();
        String boot = stream.node().bootId();
        return options.replay() != null
                ? AlertIdGenerator.forReplay(hostname, boot)
                : AlertIdGenerator.forNode(hostname, boot, options.spoolFolder());
    }

    /** Not of recordings: their alerts depend on nothing but the recording and the rules. */
    private @Nullable AlertAggregator aggregator(@Nullable Spool spool) throws SpoolException {
        Path folder = options.spoolFolder();
        return spool == null || folder == null || options.replay() != null
                ? null
                : AlertAggregator.open(spool, folder, options.config().number(Settings.AGGREGATION_WINDOW_MS));
    }

    private void end(@Nullable AlertAggregator aggregator) {
        if (aggregator != null) {
            try {
                aggregator.close();
            } catch (SpoolException e) {
                streams.say(e.getMessage());
            }
        }
    }

    private @Nullable Shipper shipper(@Nullable Spool spool) {
        Path folder = options.spoolFolder();
        return spool == null || folder == null || options.receiver() == null
                ? null
                : Shipper.start(spool, options.receiver().open(), folder);
    }

    private @Nullable MetricsServer metrics(MetricsCollector figures) {
        MetricsAddress address = options.metrics();
        if (address == null) {
            return null;
        }
        try {
            MetricsServer server = MetricsServer.start(address, figures);
            streams.say("metrics on http://" + server.address() + "/metrics");
            return server;
        } catch (IOException e) {
            throw UserErrorException.input("--metrics: cannot serve on " + address + ": " + e.getMessage());
        }
    }

    private BooleanSupplier ending(StopSignal stop) {
        if (options.seconds() == null) {
            return stop::requested;
        }
        long end = System.nanoTime() + Duration.ofSeconds(options.seconds()).toNanos();
        return () -> stop.requested() || System.nanoTime() - end >= 0;
    }

    private void finish(@Nullable Shipper shipper, @Nullable Spool spool, StopSignal stop) {
        if (shipper == null || spool == null) {
            return;
        }
        try {
            boolean patient = options.replay() != null && !stop.requested();
            if (!shipper.stop(patient ? LAST_DELIVERY_OF_RECORDING : LAST_DELIVERY)) {
                streams.say(spool.counts().pending() + " alerts wait in " + options.spoolFolder()
                        + " and are delivered at the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String message(CaptureException e) {
        return String.valueOf(e.getMessage());
    }
}
