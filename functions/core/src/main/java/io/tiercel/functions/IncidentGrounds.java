package io.tiercel.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.intake.AlertIntake;
import io.tiercel.functions.intake.AlertRefused;
import io.tiercel.functions.respond.plan.Grounds;
import io.tiercel.rules.alert.Alert;
import org.jspecify.annotations.Nullable;

/** What responses are based on: incidents with the alert that opened them. */
public final class IncidentGrounds implements Grounds.Source {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final IncidentStore incidents;

    public IncidentGrounds(IncidentStore incidents) {
        this.incidents = incidents;
    }

    @Override
    public @Nullable Grounds find(String incidentId) {
        Incident incident = incidents.find(incidentId).orElse(null);
        if (incident == null || incident.sample().isEmpty()) {
            return null;
        }
        try {
            JsonNode document = JSON.readTree(incident.sample().getFirst());
            Alert alert = AlertIntake.read(document).alert();
            return new Grounds(
                    incidentId,
                    incident.state() == IncidentState.OPEN,
                    alert,
                    incident.enrichment(),
                    IncidentFields.of(incident),
                    document(incident, document));
        } catch (JsonProcessingException | AlertRefused e) {
            // A sample of an older version that this one no longer takes.
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
        document.put("cluster", incident.fingerprint().cluster());
        document.put("workload", incident.fingerprint().workload());
        incident.tactics().forEach(document.putArray("tactics")::add);
        document.set("alert", alert);
        return document.toString();
    }
}
