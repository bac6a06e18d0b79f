package io.tiercel.functions.planning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.Planner;
import io.tiercel.functions.respond.ResponsePlan;
import java.util.List;

/** Computes the plan that an incident would start with, for readers who ask before the responder has handled the incident. */
public final class PlanPreview {
    private static final ResponsePlan EMPTY = new ResponsePlan(ResponsePlan.DRY_RUN, List.of());

    private final Planner planner;

    public PlanPreview(Planner planner) {
        this.planner = planner;
    }

    /** Returns the plan for the incident's first alert. */
    public ResponsePlan preview(Incident incident) {
        if (incident.sample().isEmpty()) {
            return EMPTY;
        }
        try {
            JsonNode document = Json.MAPPER.readTree(incident.sample().getFirst());
            return planner.plan(AlertParser.parse(document).alert(), incident.enrichment());
        } catch (JsonProcessingException | AlertRejected e) {
            // An older version stored the sample, and this version does not accept it.
            return EMPTY;
        }
    }
}
