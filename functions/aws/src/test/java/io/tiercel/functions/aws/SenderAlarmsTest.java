package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.stage.EnrichStage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The log lines about senders that the alarms of infra/terraform count. */
@Tag("unit")
class SenderAlarmsTest {
    private final List<String> logLines = new ArrayList<>();
    private final List<EnrichedAlert> published = new ArrayList<>();
    private final SenderMismatchLog publisher = new SenderMismatchLog(published::add, logLines::add);

    /** Publishes an alert of the host {@code node-7}. */
    private void publish(Sender sender) throws Exception {
        EnrichStage stage = new EnrichStage(new Enricher("", AttackTechniques.load()), IncidentRules.defaults());
        EnrichStage.Result result = stage.enrich(Json.MAPPER.readTree(Alerts.json("a/1", "Try", 1)), sender);
        publisher.publish(((EnrichStage.Result.Enriched) result).alert());
    }

    @Test
    void logsOnlyAlertsThatContradictTheirVerifiedSender() throws Exception {
        publish(Sender.ofNode("node-7"));
        publish(Sender.NONE);
        publish(Sender.unverified(Sender.Kind.SERVICE_ACCOUNT, "the token has expired"));
        assertEquals(List.of(), logLines);
        publish(Sender.ofNode("node-1"));
        assertEquals(List.of("sender mismatch: sensor of node node-1"), logLines);
        assertEquals(4, published.size(), "the log line replaces no alert");
    }

    @Test
    void theAlarmsMatchTheLogLines() throws Exception {
        String filters = Files.readString(
                Path.of(System.getProperty("tiercel.root"), "infra/terraform/modules/observability/main.tf"));
        publish(Sender.ofNode("node-1"));
        String mismatch = logLines.getFirst().replaceFirst(" sensor of.*", "");
        for (String line : List.of(mismatch, EnrichFunction.NOT_VERIFIED)) {
            assertTrue(filters.contains("pattern     = \"\\\"" + line + "\\\"\""), line);
        }
    }
}
