package io.tiercel.sensor.grpc;

import com.google.protobuf.Timestamp;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertText;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.grpc.falco.outputs.response;
import io.tiercel.sensor.grpc.falco.schema.priority;
import io.tiercel.sensor.grpc.falco.schema.source;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An encoder for Falco's outputs service: field values are text, and {@code null} for absent fields. An alert of source
 * {@code internal} reports missing alerts.
 *
 * @param hostname node name
 */
record FalcoAlertEncoder(String hostname) implements AlertEncoder<response> {
    static final String MISSED = "Tiercel internal: alerts missed";

    private static final AlertText TEXT = new AlertText(ZoneOffset.UTC, false);
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Maximum number of rules in a report of missing alerts. */
    private static final int MAX_RULES = 16;

    @Override
    public response encode(Alert alert) {
        response.Builder message = response.newBuilder()
                .setTime(time(alert.timeNanos()))
                .setPriority(priority.forNumber(alert.priority().ordinal()))
                .setSourceDeprecated(
                        switch (alert.source()) {
                            case "syscall" -> source.SYSCALL;
                            case "k8s_audit" -> source.K8S_AUDIT;
                            case Alert.INTERNAL -> source.INTERNAL;
                            default -> source.PLUGIN;
                        })
                .setRule(AlertText.wellFormed(alert.rule()))
                .setOutput(AlertText.wellFormed(TEXT.plain(alert)))
                .setHostname(AlertText.wellFormed(alert.hostname()))
                .setSource(AlertText.wellFormed(alert.source()));
        alert.tags().forEach(tag -> message.addTags(AlertText.wellFormed(tag)));
        for (Map.Entry<String, @Nullable Object> field : alert.outputFields().entrySet()) {
            message.putOutputFields(AlertText.wellFormed(field.getKey()), AlertText.wellFormed(text(field.getValue())));
        }
        return message.build();
    }

    @Override
    public response encodeGap(AlertGap gap) {
        Instant now = Instant.now();
        long count = gap.count() + gap.unfiltered();
        SortedMap<String, @Nullable Object> fields = new TreeMap<>(Map.of("missed", count));
        gap.byRule().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(MAX_RULES)
                .forEach(entry -> fields.put("dropped." + entry.getKey(), entry.getValue()));
        return encode(new Alert(
                null,
                hostname,
                now.getEpochSecond() * NANOS_PER_SECOND + now.getNano(),
                Priority.CRITICAL,
                MISSED,
                Alert.INTERNAL,
                List.of(),
                MISSED + ". " + count + " alerts were dropped because this client read too slowly",
                Collections.unmodifiableSortedMap(fields)));
    }

    static Timestamp time(long nanos) {
        return Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(nanos, NANOS_PER_SECOND))
                .setNanos((int) Math.floorMod(nanos, NANOS_PER_SECOND))
                .build();
    }

    static long nanos(Timestamp time) {
        return time.getSeconds() * NANOS_PER_SECOND + time.getNanos();
    }

    private static String text(@Nullable Object value) {
        if (value instanceof List<?> list) {
            StringBuilder text = new StringBuilder("[");
            for (Object element : list) {
                text.append(text.length() == 1 ? "" : ",")
                        .append(element instanceof String string ? '"' + string + '"' : text(element));
            }
            return text.append(']').toString();
        }
        return String.valueOf(value);
    }
}
