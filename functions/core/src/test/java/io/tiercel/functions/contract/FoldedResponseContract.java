package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.TargetLookup;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprints;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.planning.IncidentPlanContext;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.plan.AffectedTargetFacts;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.RecordingHandler;
import io.tiercel.functions.respond.plan.RunLimits;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.stage.AlertReceipt;
import io.tiercel.functions.stage.DeduplicateStage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Responses to an incident that counts many causes: as configured, on the targets of its alerts. */
public abstract class FoldedResponseContract extends StoreContract {
    private static final IncidentRules RULES = IncidentRulesFile.read("rules.yaml", "- { max_open: 1 }");
    private static final Policies POLICIES = Policies.parse("policies.yaml", """
        - policy: Isolate
          desc: applied at once
          match: {priority: debug}
          mode: auto
          time_limit: 30m
          actions: [k8s:isolate-pod]
        """);

    private final List<String> isolated = new ArrayList<>();
    private int alerts;

    private AlertReceipt count(String program, String pod, Sender sender) {
        ObjectNode document = AlertText.with(AlertText.shellInPod(), "k8s.pod.name", pod)
                .put("id", "alert/" + ++alerts)
                .put("time", now.toString());
        document = AlertText.with(document, "proc.exepath", program);
        IdentifiedAlert alert =
                AlertParser.parse(AlertText.with(document, "k8s.pod.uid", AffectedTargetFacts.uid(pod)));
        Enrichment enrichment = AffectedTargetFacts.confirmed(pod, "i-0123456789abcdef0")
                .from(sender)
                .enrichment();
        DeduplicateStage stage = new DeduplicateStage(
                stores.incidents(),
                new AffectedTargets(stores.state()),
                RULES,
                stores.audit(),
                request -> {},
                (incident, change) -> {},
                () -> now);
        return stage.count(new EnrichedAlert(alert, Fingerprints.of(alert.alert(), enrichment.host()), enrichment));
    }

    private void respond(AlertReceipt receipt) {
        new PlannedResponder(
                        () -> POLICIES,
                        new IncidentPlanContext(stores.incidents(), new AffectedTargets(stores.state())),
                        TargetLookup.STORED,
                        stores.state(),
                        new RecordingHandler(
                                        context -> isolated.add(context.target().name()))
                                .forAllTargets(),
                        KillSwitch.NONE,
                        stores.audit(),
                        new PlannedResponder.PlanListener() {
                            @Override
                            public void responseRequested(String incidentId) {}

                            @Override
                            public void planChanged(String incidentId) {}
                        },
                        () -> now,
                        RunLimits.SERVER)
                .respond(String.valueOf(receipt.incidentId()));
    }

    @Test
    void a_folded_incident_responds_on_the_targets_of_its_alerts() {
        Sender sensor = Sender.ofNode(AffectedTargetFacts.NODE);
        AlertReceipt own = count("/bin/a", "cart-1", sensor);
        AlertReceipt folded = count("/bin/b", "cart-2", sensor);
        assertNotEquals(own.incidentId(), folded.incidentId());
        assertEquals(folded.incidentId(), count("/bin/c", "cart-3", sensor).incidentId());
        respond(folded);
        assertEquals(
                List.of("shop/cart-2", "shop/cart-3"),
                isolated.stream().sorted().toList());
        respond(own);
        assertEquals(
                List.of("shop/cart-1", "shop/cart-2", "shop/cart-3"),
                isolated.stream().sorted().toList());
    }

    @Test
    void forged_causes_lead_to_no_action_and_do_not_hide_a_genuine_one() {
        Sender sensor = Sender.ofNode(AffectedTargetFacts.NODE);
        for (int i = 0; i < 30; i++) {
            respond(count("/bin/forged" + i, "victim-" + i, Sender.NONE));
        }
        assertEquals(List.of(), isolated);
        respond(count("/bin/a", "cart-1", sensor));
        respond(count("/bin/b", "cart-2", sensor));
        assertEquals(List.of("shop/cart-1", "shop/cart-2"), isolated);
        assertEquals(
                4, stores.incidents().list(new IncidentQuery(null, null, 100)).size(), "own and folded, of each kind");
    }
}
