package io.tiercel.functions.notification;

import io.tiercel.functions.AlertText;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.Incident;
import io.tiercel.rules.alert.Priority;
import java.util.List;
import java.util.Map;

/** Incidents for notification tests. */
public final class IncidentFixtures {
    private IncidentFixtures() {}

    /** Returns an incident of a shell in a pod, with the given priority and labels. */
    public static Incident incident(Priority priority, Map<String, String> labels) {
        Incident template = SingleIncidentStore.incidentOf(AlertText.read(AlertText.shellInPod()), 1);
        Enrichment enrichment = template.enrichment();
        return new Incident(
                template.id(),
                template.fingerprint(),
                priority,
                template.count(),
                template.verifiedCount(),
                template.firstSeenNanos(),
                template.lastSeenNanos(),
                template.openedAt(),
                template.lastReceivedAt(),
                template.tactics(),
                template.lifecycle(),
                new Enrichment(
                        Sender.NONE,
                        enrichment.host(),
                        enrichment.techniques(),
                        enrichment.tactics(),
                        null,
                        null,
                        null,
                        null,
                        labels,
                        List.of()),
                template.foldedCauses(),
                template.doubts(),
                template.sample());
    }

    /** Returns an incident that counts shells of different programs in a pod, with one sample of each program. */
    public static Incident folded(List<String> programs) {
        Incident template = SingleIncidentStore.incidentOf(AlertText.read(AlertText.shellInPod()), 1);
        return new Incident(
                template.fingerprint().others(false).incidentId(),
                template.fingerprint().others(false),
                template.priority(),
                programs.size(),
                0,
                template.firstSeenNanos(),
                template.lastSeenNanos(),
                template.openedAt(),
                template.lastReceivedAt(),
                template.tactics(),
                template.lifecycle(),
                template.enrichment(),
                programs.size(),
                template.doubts(),
                programs.stream()
                        .map(program -> AlertText.read(AlertText.with(AlertText.shellInPod(), "proc.exepath", program))
                                .sampleDocument())
                        .toList());
    }
}
