package io.tiercel.sensor.app;

import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.bpf.load.CaptureSizes;
import io.tiercel.sensor.bpf.load.RingBufferSize;
import io.tiercel.sensor.config.Config;
import io.tiercel.sensor.config.Settings;
import io.tiercel.sensor.detect.FileNameMode;
import io.tiercel.sensor.grpc.GrpcOptions;
import io.tiercel.sensor.identity.IdentityOptions;
import io.tiercel.sensor.metrics.MetricsOptions;
import io.tiercel.sensor.spool.SpoolOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The options of a sensor run.
 *
 * @param replay recording to replay; null to capture live events
 * @param record file to write raw events to; null for none
 * @param hostname node name; empty for the default
 * @param delivery receiver of alerts; null for none
 * @param spool folder of the spool; null for the default if there is a receiver, else for none
 * @param fileNames file names that rules are evaluated against
 * @param prefilter mode of the kernel prefilter
 * @param criSockets sockets of container runtimes; empty for none
 * @param containerWaitMs maximum time that events of a container wait for its runtime, in milliseconds, at least 0
 * @param metrics where the sensor serves metrics and health
 * @param grpc addresses of the gRPC server; null for none
 * @param seconds duration of the run; null for no limit
 * @param config all settings
 */
public record SensorOptions(
        @Nullable Path replay,
        @Nullable Path record,
        String hostname,
        @Nullable DeliverySettings delivery,
        @Nullable Path spool,
        FileNameMode fileNames,
        PrefilterMode prefilter,
        List<Path> criSockets,
        int containerWaitMs,
        MetricsOptions metrics,
        @Nullable GrpcOptions grpc,
        @Nullable Integer seconds,
        Config config) {
    /** Returns the mode of the prefilter: off while recording, because a recording contains every event. */
    PrefilterMode effectivePrefilter() {
        return record == null ? prefilter : PrefilterMode.OFF;
    }

    /** Returns the sizes of the capture program's memory. */
    CaptureSizes captureSizes() {
        return new CaptureSizes(
                RingBufferSize.parse(config.text(Settings.CAPTURE_RING_BUFFER_MIB)),
                Math.toIntExact(config.number(Settings.CAPTURE_CALL_MEMORIES)),
                Math.toIntExact(config.number(Settings.CAPTURE_BUDGETS)));
    }

    /** Returns the best source of paths and addresses that the capture program may use. */
    ArgumentSource bestArgumentSource() {
        return switch (config.text(Settings.CAPTURE_ARGUMENTS)) {
            case "path-copies" -> ArgumentSource.PATH_COPIES;
            case "entry-and-exit" -> ArgumentSource.ENTRY_AND_EXIT;
            case "exit" -> ArgumentSource.EXIT;
            default -> ArgumentSource.HOOKS;
        };
    }

    /** Returns the options of the spool. */
    SpoolOptions spoolOptions() {
        return SpoolOptions.of(
                config.number(Settings.SPOOL_MAX_BYTES),
                SpoolOptions.Durability.valueOf(config.text(Settings.SPOOL_SYNC).toUpperCase(Locale.ROOT)));
    }

    /**
     * Returns what the sensor proves about itself: nothing during a replay, because a recording can come from another node and
     * tells nothing about now.
     */
    IdentityOptions identity() {
        return replay == null ? IdentitySettings.options(config) : IdentityOptions.NONE;
    }

    /** Returns the folder of the spool, or null if there is no spool. */
    @Nullable
    Path spoolFolder() {
        if (spool != null || delivery == null) {
            return spool;
        }
        return System.getProperty("user.name").equals("root")
                ? Path.of("/var/lib/tiercel/spool")
                : Path.of(System.getProperty("user.home"), ".local", "state", "tiercel", "spool");
    }
}
