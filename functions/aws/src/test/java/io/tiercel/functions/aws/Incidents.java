package io.tiercel.functions.aws;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/** Incidents to tell of. */
final class Incidents {
    private Incidents() {}

    static Incident one() {
        Fingerprint cause = new Fingerprint("", "Read sensitive file", "host node-1", "/usr/bin/cat", "/etc/shadow");
        return new Incident(
                cause.incidentId(),
                cause,
                Priority.WARNING,
                1,
                1,
                1,
                Instant.EPOCH,
                new TreeSet<>(),
                Lifecycle.opened(),
                new Enrichment(
                        new HostFacts("node-1", null, "", null, null, null, null, null, null), List.of(), List.of()),
                List.of());
    }
}
