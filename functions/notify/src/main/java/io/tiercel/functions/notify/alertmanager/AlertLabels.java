package io.tiercel.functions.notify.alertmanager;

import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.text.TextLimit;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The labels of alerts. Alertmanager identifies an alert by its labels, so they contain only what does not change during an incident,
 * except the severity.
 *
 * @param configured labels that every alert has
 */
record AlertLabels(Map<String, String> configured) {
    /** The names of the labels that alerts of Tiercel have. */
    static final Set<String> OWN = new TreeSet<>(
            Set.of("alertname", "severity", "source", "incident", "group", "dimension", "cluster", "workload"));

    private static final int MAX_LENGTH = 256;

    AlertLabels {
        configured = Map.copyOf(configured);
    }

    /** Returns the labels of an incident with a priority. */
    Map<String, String> of(IncidentNotification notification, Priority priority) {
        Fingerprint cause = notification.incident().fingerprint();
        Map<String, String> labels = common(priority);
        put(labels, "alertname", cause.rule());
        put(labels, "incident", notification.incident().id());
        put(labels, "cluster", cause.cluster());
        put(labels, "workload", cause.workload());
        return labels;
    }

    /** Returns the labels of a group with a priority. */
    Map<String, String> of(GroupSummary group, Priority priority) {
        Map<String, String> labels = common(priority);
        put(labels, "alertname", "Group of incidents");
        put(labels, "group", group.id());
        put(labels, "dimension", group.dimension().name().toLowerCase(Locale.ROOT));
        return labels;
    }

    private Map<String, String> common(Priority priority) {
        Map<String, String> labels = new TreeMap<>(configured);
        labels.put("source", "tiercel");
        labels.put("severity", severity(priority));
        return labels;
    }

    static String severity(Priority priority) {
        return switch (priority) {
            case EMERGENCY, ALERT, CRITICAL -> "critical";
            case ERROR -> "error";
            case WARNING -> "warning";
            case NOTICE, INFORMATIONAL, DEBUG -> "info";
        };
    }

    private static void put(Map<String, String> labels, String name, String value) {
        if (!value.isBlank()) {
            labels.put(name, TextLimit.cut(SafeText.oneLine(value), MAX_LENGTH, "…"));
        }
    }
}
