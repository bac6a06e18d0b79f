package io.tiercel.sensor.app;

import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.bpf.RingBufferSize;
import io.tiercel.sensor.config.Config;
import io.tiercel.sensor.config.Settings;
import io.tiercel.sensor.detect.FileNameMode;
import io.tiercel.sensor.grpc.GrpcOptions;
import io.tiercel.sensor.metrics.MetricsAddress;
import io.tiercel.sensor.spool.SpoolOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the sensor was asked for.
 *
 * @param replay recording to take the events from; null to capture
 * @param record file to write raw events to; null for none
 * @param hostname the node's name; empty for the default
 * @param receiver where alerts are delivered to; null for nowhere
 * @param spool folder that keeps alerts; null for the default if there is a receiver, else for none
 * @param names under which names of a file rules are evaluated
 * @param prefilter whether the kernel drops events that no rule can match
 * @param cri sockets of container runtimes to ask; none: nobody is asked
 * @param containerWait how long a container's events wait for its runtime's answer, in milliseconds, at least 0
 * @param metrics where metrics are served; null for nowhere
 * @param grpc where alerts are offered over gRPC; null for nowhere
 * @param seconds how long to run; null for until it is told to stop
 * @param config all settings, for outputs
 */
public record SensorOptions(
        @Nullable Path replay,
        @Nullable Path record,
        String hostname,
        @Nullable DeliverySettings receiver,
        @Nullable Path spool,
        FileNameMode names,
        PrefilterMode prefilter,
        List<Path> cri,
        int containerWait,
        @Nullable MetricsAddress metrics,
        @Nullable GrpcOptions grpc,
        @Nullable Integer seconds,
        Config config) {
    /** Returns the prefilter mode. While a recording is made, the prefilter is off, because a recording holds every event. */
    PrefilterMode effectivePrefilter() {
        return record == null ? prefilter : PrefilterMode.OFF;
    }

    /** Bytes of the ring buffer. */
    int ringSize() {
        return RingBufferSize.of(config.text(Settings.CAPTURE_RING_MIB));
    }

    /** How alerts are kept. */
    SpoolOptions spoolOptions() {
        return SpoolOptions.of(
                config.number(Settings.SPOOL_MAX_BYTES),
                SpoolOptions.Durability.valueOf(config.text(Settings.SPOOL_SYNC).toUpperCase(Locale.ROOT)));
    }

    /** The folder that keeps alerts; null if none does. */
    @Nullable
    Path spoolFolder() {
        if (spool != null || receiver == null) {
            return spool;
        }
        return System.getProperty("user.name").equals("root")
                ? Path.of("/var/lib/tiercel/spool")
                : Path.of(System.getProperty("user.home"), ".local", "state", "tiercel", "spool");
    }
}
