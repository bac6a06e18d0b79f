package io.tiercel.functions;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.Fingerprints;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.Occurrence;
import io.tiercel.functions.incident.Recorded;
import io.tiercel.functions.intake.AlertIntake;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.notification.IncidentBell;
import io.tiercel.functions.respond.Planner;
import io.tiercel.rules.alert.Alert;
import org.jspecify.annotations.Nullable;

/** The way of one alert: read, enriched, planned for, counted; then the bell. Safe to repeat from any point. */
public final class AlertFlow {
    private final Enricher enricher;
    private final Planner planner;
    private final IncidentStore incidents;
    private final IncidentBell bell;

    public AlertFlow(Enricher enricher, Planner planner, IncidentStore incidents, IncidentBell bell) {
        this.enricher = enricher;
        this.planner = planner;
        this.incidents = incidents;
        this.bell = bell;
    }

    /**
     * Takes one alert all the way into its incident.
     *
     * @throws io.tiercel.functions.intake.AlertRefused if the document is no alert
     * @throws io.tiercel.functions.incident.StoreUnavailable if the store fails
     */
    public AlertReceipt take(@Nullable JsonNode document) {
        IdentifiedAlert identified = AlertIntake.read(document);
        Alert alert = identified.alert();
        if (alert.source().equals(Alert.INTERNAL)) {
            incidents.noteHealth(identified.id(), alert, identified.sampleDocument());
            return new AlertReceipt(identified.id(), "health", null);
        }
        Enrichment enrichment = enricher.enrich(alert);
        Recorded recorded = incidents.record(new Occurrence(
                identified.id(),
                alert,
                identified.sampleDocument(),
                Fingerprints.of(alert, enrichment.host()),
                enrichment,
                planner.plan(alert, enrichment)));
        bell.ring(recorded.incidentId());
        String outcome = recorded.duplicate() ? "duplicate" : recorded.opened() ? "opened" : "counted";
        return new AlertReceipt(identified.id(), outcome, recorded.incidentId());
    }
}
