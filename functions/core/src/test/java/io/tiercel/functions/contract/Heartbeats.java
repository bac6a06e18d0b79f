package io.tiercel.functions.contract;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Heartbeats of sensors. */
public final class Heartbeats {
    private Heartbeats() {}

    /** Returns a heartbeat of a sensor that started at the epoch's first hour, with more output fields. */
    public static Alert heartbeat(String node, Instant time, Map<String, ?> more) {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>(
                Map.of("version", "0.2.0", "kernel", "6.12.0", "capture_mode", "typed", "started", 3_600_000_000_000L));
        fields.put("interval_seconds", 60L);
        fields.putAll(more);
        return new Alert(
                node + "/boot/" + time.toEpochMilli(),
                node,
                time.getEpochSecond() * 1_000_000_000L + time.getNano(),
                Priority.DEBUG,
                "Tiercel internal: heartbeat",
                Alert.INTERNAL,
                List.of(),
                "Tiercel internal: heartbeat. Running",
                fields);
    }
}
