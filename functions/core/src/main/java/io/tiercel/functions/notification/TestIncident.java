package io.tiercel.functions.notification;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The incident of a test message. No store has it. It is Critical, as an incident that pages. */
final class TestIncident {
    private static final String RULE = "Test of notifications";
    private static final String TEXT = "An operator sent this test. You need not do anything.";

    private TestIncident() {}

    /**
     * Returns the incident.
     *
     * @param closing how it was closed; null while it is open
     */
    static Incident of(String channel, Instant openedAt, @Nullable IncidentClosure closing) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(openedAt.toEpochMilli());
        Fingerprint cause = new Fingerprint("", RULE, "channel " + channel, "", openedAt.toString());
        String sample = JsonNodeFactory.instance
                .objectNode()
                .put("rule", RULE)
                .put("priority", Priority.CRITICAL.label())
                .put("time", openedAt.toString())
                .put("message", TEXT)
                .put("output", TEXT)
                .toString();
        return new Incident(
                cause.incidentId(),
                cause,
                Priority.CRITICAL,
                1,
                0,
                nanos,
                nanos,
                openedAt,
                openedAt,
                new TreeSet<>(),
                new Lifecycle(closing == null ? IncidentState.OPEN : IncidentState.CLOSED, 0, 1, closing),
                new Enrichment(
                        new HostFacts("", null, "", null, null, null, null, null, null, null), List.of(), List.of()),
                0,
                new TreeSet<>(),
                List.of(sample));
    }
}
