package io.tiercel.functions.notification;

import io.tiercel.functions.AlertText;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.Incident;
import io.tiercel.rules.alert.Priority;
import java.util.List;
import java.util.Map;

/** Incidents to tell of. */
public final class TestIncidents {
    private TestIncidents() {}

    /** A shell in a pod, of a priority, with labels. */
    public static Incident incident(Priority priority, Map<String, String> labels) {
        Incident read = SingleIncidentStore.incident(AlertText.read(AlertText.shellInPod()), 1);
        Enrichment known = read.enrichment();
        return new Incident(
                read.id(),
                read.fingerprint(),
                priority,
                read.count(),
                read.firstSeenNanos(),
                read.lastSeenNanos(),
                read.lastReceivedAt(),
                read.tactics(),
                read.lifecycle(),
                new Enrichment(
                        known.host(), known.techniques(), known.tactics(), null, null, null, null, labels, List.of()),
                read.sample());
    }
}
