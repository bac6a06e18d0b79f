package io.tiercel.functions.aws;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.TargetConfirmations;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.stage.EnrichedAlertPublisher;
import java.util.function.Consumer;

/**
 * Logs alerts that contradict their verified sender. A metric filter in infra/terraform counts this line. The line names the sender
 * only, because the alert's claims are text from a machine that may be compromised.
 */
final class SenderMismatchLog implements EnrichedAlertPublisher {
    private final EnrichedAlertPublisher publisher;
    private final Consumer<String> log;

    SenderMismatchLog(EnrichedAlertPublisher publisher, Consumer<String> log) {
        this.publisher = publisher;
        this.log = log;
    }

    @Override
    public void publish(EnrichedAlert alert) {
        publisher.publish(alert);
        Enrichment enrichment = alert.enrichment();
        if (!TargetConfirmations.of(enrichment).falseClaims().isEmpty()) {
            log.accept("sender mismatch: " + enrichment.sender().text());
        }
    }
}
