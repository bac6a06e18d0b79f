package io.tiercel.sensor.event;

import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.container.ContainerOptions;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Options of a live capture.
 *
 * @param hostname the node's name in alerts; empty for {@code TIERCEL_HOSTNAME}, {@code FALCO_HOSTNAME} or the kernel's name
 * @param eventTypes names of the event types to deliver, such as {@code openat}. Empty for the default: all types except
 *     generic and hot system calls. Events that only update the state are always captured and never delivered
 * @param recordTo the file for the recording; null for none
 * @param maxRecordBytes the size in bytes at which a recording stops with a warning; greater than 0
 * @param containers the container runtimes to query
 * @param prefilterMode whether the kernel drops events that no rule can match; always off while recording
 */
public record LiveOptions(
        String hostname,
        Set<String> eventTypes,
        @Nullable Path recordTo,
        long maxRecordBytes,
        ContainerOptions containers,
        PrefilterMode prefilterMode) {
    /** The default maximum size of a recording: 1 GiB. */
    public static final long DEFAULT_MAX_RECORD_BYTES = 1L << 30;

    public LiveOptions {
        if (maxRecordBytes <= 0) {
            throw new IllegalArgumentException("maxRecordBytes must be greater than 0, but is " + maxRecordBytes);
        }
        eventTypes = Set.copyOf(eventTypes);
        prefilterMode = recordTo == null ? prefilterMode : PrefilterMode.OFF;
    }

    /** Returns the default event types without recording, container runtimes and prefilter. */
    public static LiveOptions defaults() {
        return new LiveOptions(
                "", Set.of(), null, DEFAULT_MAX_RECORD_BYTES, ContainerOptions.DISABLED, PrefilterMode.OFF);
    }

    public LiveOptions withEventTypes(Set<String> types) {
        return new LiveOptions(hostname, types, recordTo, maxRecordBytes, containers, prefilterMode);
    }

    public LiveOptions withRecordTo(Path file) {
        return new LiveOptions(hostname, eventTypes, file, maxRecordBytes, containers, prefilterMode);
    }

    public LiveOptions withContainers(ContainerOptions options) {
        return new LiveOptions(hostname, eventTypes, recordTo, maxRecordBytes, options, prefilterMode);
    }

    public LiveOptions withPrefilterMode(PrefilterMode mode) {
        return new LiveOptions(hostname, eventTypes, recordTo, maxRecordBytes, containers, mode);
    }
}
