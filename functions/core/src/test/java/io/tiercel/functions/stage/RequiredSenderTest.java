package io.tiercel.functions.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.json.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RequiredSenderTest {
    private static EnrichStage stage(boolean senderRequired) {
        return new EnrichStage(
                new Enricher("", AttackTechniques.load()),
                IncidentRulesFile.read("rules.yaml", "- escalate: { counts: [10] }"),
                senderRequired);
    }

    @Test
    void alerts_of_unverified_senders_are_rejected_if_the_sender_is_required() throws Exception {
        for (String source : new String[] {"syscall", "internal"}) {
            JsonNode alert = Json.MAPPER.readTree(
                    Alerts.json("a", "Rule", 1).replace("\"source\":\"syscall\"", "\"source\":\"" + source + "\""));
            Sender expired = Sender.unverified(Sender.Kind.SERVICE_ACCOUNT, "the token had expired");
            AlertRejected rejected =
                    assertThrows(AlertRejected.class, () -> stage(true).enrich(alert, expired));
            assertEquals(
                    "the sender is not verified: the token had expired; TIERCEL_IDENTITY_REQUIRED rejects its alerts",
                    rejected.reason());
            assertThrows(AlertRejected.class, () -> stage(true).enrich(alert));
            stage(true).enrich(alert, Sender.ofNode("node-7"));
            stage(false).enrich(alert, expired);
        }
    }
}
