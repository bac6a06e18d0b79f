package io.tiercel.functions.notification.silence;

import io.tiercel.functions.AlertText;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.rules.alert.Priority;
import java.util.Optional;

/** Incidents for tests of silences. */
final class SilencedFixtures {
    static final String PLAN = "0123456789ab";
    static final String OTHER_PLAN = "ba9876543210";

    private SilencedFixtures() {}

    /** Returns an incident of a shell in the pod {@code shop/cart}. */
    static Incident incident(String rule, Priority priority, boolean escalated, boolean verified) {
        Incident template = SingleIncidentStore.incidentOf(AlertText.read(AlertText.shellInPod()), 3);
        Fingerprint cause = template.fingerprint();
        Fingerprint fingerprint =
                new Fingerprint(cause.cluster(), rule, cause.workload(), cause.executable(), cause.target());
        return new Incident(
                fingerprint.incidentId(),
                fingerprint,
                priority,
                template.count(),
                verified ? 1 : 0,
                template.firstSeenNanos(),
                template.lastSeenNanos(),
                template.openedAt(),
                template.lastReceivedAt(),
                template.tactics(),
                new Lifecycle(IncidentState.OPEN, escalated ? 1 : 0, 1, null),
                template.enrichment(),
                template.foldedCauses(),
                template.doubts(),
                template.sample());
    }

    static Incident incident(String rule) {
        return incident(rule, Priority.WARNING, false, false);
    }

    /** Returns the state of an incident without a response. */
    static NotificationState state(Incident incident) {
        return state(incident, "");
    }

    /** Returns the state of an incident whose plan awaits approval; without a response for an empty plan. */
    static NotificationState state(Incident incident, String plan) {
        NotificationState state = NotificationState.of(incident, Optional.empty(), Optional.empty());
        return plan.isEmpty()
                ? state
                : new NotificationState(
                        state.state(),
                        state.episode(),
                        state.priority(),
                        "awaiting approval",
                        "",
                        state.verified(),
                        plan + "0000");
    }
}
