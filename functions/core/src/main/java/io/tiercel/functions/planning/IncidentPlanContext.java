package io.tiercel.functions.planning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.plan.AffectedTarget;
import io.tiercel.functions.respond.plan.PlanContext;
import io.tiercel.rules.alert.Alert;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds the context of a response plan from a stored incident and its affected targets. */
public final class IncidentPlanContext implements PlanContext.Source {
    private final IncidentStore incidents;
    private final AffectedTargets targets;

    public IncidentPlanContext(IncidentStore incidents, AffectedTargets targets) {
        this.incidents = incidents;
        this.targets = targets;
    }

    @Override
    public @Nullable PlanContext find(String incidentId) {
        Incident incident = incidents.find(incidentId).orElse(null);
        if (incident == null || incident.sample().isEmpty()) {
            return null;
        }
        try {
            JsonNode document = Json.MAPPER.readTree(incident.sample().getFirst());
            Alert opening = AlertParser.parse(document).alert();
            int episode = incident.lifecycle().episode();
            AffectedTargets.ObservedTargets observed = targets.list(incidentId, episode);
            boolean asOpened = observed.targets().isEmpty() && episode == 1;
            return new PlanContext(
                    incidentId,
                    incident.state() == IncidentState.OPEN,
                    episode,
                    asOpened ? List.of(AffectedTarget.of(opening, incident.enrichment())) : observed.targets(),
                    observed.more(),
                    key -> targets.find(incidentId, key),
                    IncidentFields.of(incident),
                    document(incident, document));
        } catch (JsonProcessingException | AlertRejected e) {
            // An older version stored the sample, and this version does not accept it.
            return null;
        }
    }

    private static String document(Incident incident, JsonNode alert) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("incident", incident.id());
        document.put("rule", incident.fingerprint().rule());
        document.put("priority", incident.priority().label());
        document.put("state", incident.state().label());
        document.put("count", incident.count());
        document.put("verifiedCount", incident.verifiedCount());
        Sender sender = incident.enrichment().sender();
        ObjectNode senderNode = document.putObject("sender");
        senderNode.put("verified", sender.verified());
        senderNode.put("kind", sender.kind().label());
        senderNode.put("text", sender.text());
        incident.doubts().forEach(document.putArray("doubts")::add);
        document.put("cluster", incident.fingerprint().cluster());
        document.put("workload", incident.fingerprint().workload());
        incident.tactics().forEach(document.putArray("tactics")::add);
        document.set("alert", alert);
        return document.toString();
    }
}
