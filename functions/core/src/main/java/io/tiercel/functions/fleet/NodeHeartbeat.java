package io.tiercel.functions.fleet;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.text.TextLimit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A sensor's heartbeat, with everything that it claims about itself. Texts have one line and limited lengths; numbers are at least 0.
 *
 * @param node name of the node
 * @param timeMillis time of the sensor's clock, milliseconds since the epoch
 * @param startedMillis start of the sensor, milliseconds since the epoch; 0 if unknown
 * @param intervalSeconds time until the next heartbeat, 1 to 3,600
 * @param stopping whether the sensor is shutting down in order
 * @param version version of the sensor
 * @param kernel release of the kernel
 * @param captureMode variant of the capture program
 * @param limitations codes of what the sensor cannot see, at most 10
 * @param instanceId EC2 instance; null if unknown
 * @param rules number of active rules
 * @param rulesDigest digest of the rule files
 * @param ruleErrors errors of the latest reload of rules
 * @param events evaluated events since the start
 * @param filtered events since the start that the kernel filtered
 * @param lost events since the start that were lost
 * @param alerts alerts since the start
 */
record NodeHeartbeat(
        String node,
        long timeMillis,
        long startedMillis,
        int intervalSeconds,
        boolean stopping,
        String version,
        String kernel,
        String captureMode,
        List<String> limitations,
        @Nullable String instanceId,
        long rules,
        String rulesDigest,
        long ruleErrors,
        long events,
        long filtered,
        long lost,
        long alerts) {
    NodeHeartbeat {
        // Entries of earlier versions have none.
        limitations = List.copyOf(Objects.requireNonNullElse(limitations, List.of()));
    }

    /** Name of the rule of heartbeats. */
    static final String RULE = "Tiercel internal: heartbeat";

    private static final int MAX_INTERVAL_SECONDS = 3_600;
    private static final int DEFAULT_INTERVAL_SECONDS = 60;
    private static final int MAX_NAME = 253;
    private static final int MAX_TEXT = 100;
    private static final int MAX_LIMITATIONS = 10;
    private static final Pattern CODE = Pattern.compile("(?<![^ ])[a-z][a-z0-9_]{0,39}(?![^ ])");
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Returns the heartbeat of an alert; empty if the alert is another message, or names no node. */
    static Optional<NodeHeartbeat> of(Alert alert) {
        if (!alert.source().equals(Alert.INTERNAL)
                || !alert.rule().equals(RULE)
                || alert.hostname().isBlank()) {
            return Optional.empty();
        }
        long interval = number(alert, "interval_seconds");
        return Optional.of(new NodeHeartbeat(
                TextLimit.cut(SafeText.oneLine(alert.hostname()), MAX_NAME),
                alert.timeNanos() / NANOS_PER_MILLI,
                number(alert, "started") / NANOS_PER_MILLI,
                interval == 0 ? DEFAULT_INTERVAL_SECONDS : (int) Math.min(interval, MAX_INTERVAL_SECONDS),
                Boolean.TRUE.equals(alert.outputFields().get("stopping")),
                text(alert, "version"),
                text(alert, "kernel"),
                text(alert, "capture_mode"),
                limitations(alert),
                alert.outputFields().get("ec2.instance.id") instanceof String id
                        ? TextLimit.cut(SafeText.oneLine(id), MAX_TEXT)
                        : null,
                number(alert, "rules"),
                text(alert, "rules_digest"),
                number(alert, "rule_errors"),
                number(alert, "events"),
                number(alert, "filtered"),
                number(alert, "lost"),
                number(alert, "alerts")));
    }

    private static String text(Alert alert, String field) {
        return alert.outputFields().get(field) instanceof String text
                ? TextLimit.cut(SafeText.oneLine(text), MAX_TEXT)
                : "";
    }

    private static List<String> limitations(Alert alert) {
        return alert.outputFields().get("limitations") instanceof String codes
                ? CODE.matcher(TextLimit.cut(codes, MAX_LIMITATIONS * MAX_TEXT))
                        .results()
                        .map(MatchResult::group)
                        .distinct()
                        .limit(MAX_LIMITATIONS)
                        .toList()
                : List.of();
    }

    private static long number(Alert alert, String field) {
        return alert.outputFields().get(field) instanceof Long number ? Math.max(0, number) : 0;
    }
}
