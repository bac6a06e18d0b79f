package io.tiercel.functions.planning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.respond.Planner;
import io.tiercel.functions.respond.ResponsePlan;
import java.util.List;

/** What an incident's plan will begin with, for those who ask before the responder has looked at it. */
public final class PlanPreview {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final ResponsePlan NOTHING = new ResponsePlan(ResponsePlan.DRY_RUN, List.of());

    private final Planner planner;

    public PlanPreview(Planner planner) {
        this.planner = planner;
    }

    /** The plan, made of the incident's first alert. */
    public ResponsePlan of(Incident incident) {
        if (incident.sample().isEmpty()) {
            return NOTHING;
        }
        try {
            return planner.plan(
                    AlertParser.parse(JSON.readTree(incident.sample().getFirst()))
                            .alert(),
                    incident.enrichment());
        } catch (JsonProcessingException | AlertRejected e) {
            // A sample of an older version that this one no longer takes.
            return NOTHING;
        }
    }
}
