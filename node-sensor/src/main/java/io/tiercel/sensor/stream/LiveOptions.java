package io.tiercel.sensor.stream;

import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.container.ContainerOptions;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to capture.
 *
 * @param hostname the node's name in alerts; empty for the name by {@code TIERCEL_HOSTNAME}, {@code FALCO_HOSTNAME} or
 *     the kernel
 * @param eventTypes names of the event types that somebody wants to see, e.g. {@code openat}; empty for all that rules
 *     are commonly about: generic calls, and those that programs make all the time, must be named. Events that only keep the state right are captured in any case, but not handed over
 * @param recordTo file to write the raw events to; null for none
 * @param maxRecordBytes size in bytes at which a recording stops, with one warning; more than 0
 * @param containers who is asked about containers
 * @param firstPass whether events that no rule can match are dropped; never while recording
 */
public record LiveOptions(
        String hostname,
        Set<String> eventTypes,
        @Nullable Path recordTo,
        long maxRecordBytes,
        ContainerOptions containers,
        PrefilterMode firstPass) {
    /** Size at which a recording stops if nothing else is asked for: 1 GiB. */
    public static final long DEFAULT_MAX_RECORD_BYTES = 1L << 30;

    public LiveOptions {
        if (maxRecordBytes <= 0) {
            throw new IllegalArgumentException("maxRecordBytes must be more than 0, is " + maxRecordBytes);
        }
        eventTypes = Set.copyOf(eventTypes);
        firstPass = recordTo == null ? firstPass : PrefilterMode.OFF;
    }

    /** All that rules are commonly about, not recorded, and no runtime asked about containers. */
    public static LiveOptions everything() {
        return new LiveOptions("", Set.of(), null, DEFAULT_MAX_RECORD_BYTES, ContainerOptions.OFF, PrefilterMode.OFF);
    }

    public LiveOptions withEventTypes(Set<String> types) {
        return new LiveOptions(hostname, types, recordTo, maxRecordBytes, containers, firstPass);
    }

    public LiveOptions withRecordTo(Path file) {
        return new LiveOptions(hostname, eventTypes, file, maxRecordBytes, containers, firstPass);
    }

    public LiveOptions withContainers(ContainerOptions options) {
        return new LiveOptions(hostname, eventTypes, recordTo, maxRecordBytes, options, firstPass);
    }

    public LiveOptions withFirstPass(PrefilterMode mode) {
        return new LiveOptions(hostname, eventTypes, recordTo, maxRecordBytes, containers, mode);
    }
}
