package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SenderMismatchLogTest {
    private static EnrichedAlert from(Sender sender) {
        EnrichedAlert alert = Alerts.enriched("a", "Rule", Instant.parse("2026-01-01T00:00:00Z"));
        return new EnrichedAlert(
                alert.alert(),
                alert.fingerprint(),
                new Enricher("", AttackTechniques.load()).enrich(alert.alert().alert(), sender));
    }

    @Test
    void onlyMismatchesOfVerifiedSendersAreLogged() {
        List<EnrichedAlert> published = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        SenderMismatchLog log = new SenderMismatchLog(published::add, lines::add);
        EnrichedAlert genuine =
                from(Sender.ofNode(from(Sender.NONE).alert().alert().hostname()));
        for (EnrichedAlert alert : List.of(from(Sender.NONE), genuine, from(Sender.ofNode("another")))) {
            log.publish(alert);
        }
        assertEquals(3, published.size());
        assertEquals(List.of("sender mismatch: sensor of node another"), lines);
    }
}
