package io.tiercel.sensor.recording;

import io.tiercel.sensor.process.NodeIdentity;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The header of a recording: lines of {@code name=value} in UTF-8. Readers skip names that they do not know.
 *
 * @param node node of the recording
 * @param bootToEpochNanos offset from the time of a record to nanoseconds since the epoch, until a record changes it
 * @param eventTypes names of the event types that were captured; records of other types only update state
 */
public record RecordingHeader(NodeIdentity node, long bootToEpochNanos, Set<String> eventTypes) {
    public RecordingHeader {
        eventTypes = Set.copyOf(eventTypes);
    }

    byte[] encode() {
        String text = "hostname=" + oneLine(node.hostname()) + "\nboot_id=" + oneLine(node.bootId())
                + "\nboot_to_epoch_ns=" + bootToEpochNanos + "\nevents=" + String.join(",", new TreeSet<>(eventTypes))
                + "\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Parses an encoded header. Throws {@link NumberFormatException} for an invalid number. */
    static RecordingHeader decode(byte[] bytes) {
        Map<String, String> values = new HashMap<>();
        new String(bytes, StandardCharsets.UTF_8).lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        Set<String> types = Arrays.stream(values.getOrDefault("events", "").split(","))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
        return new RecordingHeader(
                new NodeIdentity(values.getOrDefault("hostname", ""), values.getOrDefault("boot_id", "")),
                Long.parseLong(values.getOrDefault("boot_to_epoch_ns", "")),
                types);
    }

    private static String oneLine(String value) {
        return value.replace('\n', ' ');
    }
}
