package io.tiercel.functions.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.SensorHealth;
import io.tiercel.functions.intake.AlertRejected;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The function {@code enrich}, which parses the input of senders that nobody has to trust. It has no access to a store: everything
 * that it accepts goes to {@code deduplicate}. Each deployment exports it itself, because each receives the sender's credentials
 * in another way.
 */
@Singleton
public final class AlertIntake {
    private final EnrichStage enrichStage;
    private final EnrichedAlertPublisher enrichedAlerts;
    private final SensorHealthPublisher sensorHealth;

    @Inject
    public AlertIntake(
            EnrichStage enrichStage, EnrichedAlertPublisher enrichedAlerts, SensorHealthPublisher sensorHealth) {
        this.enrichStage = enrichStage;
        this.enrichedAlerts = enrichedAlerts;
        this.sensorHealth = sensorHealth;
    }

    /**
     * Enriches one alert, from Tiercel or Falco, and passes it to {@code deduplicate}.
     *
     * @param sender the sender, as far as its credential proves it
     * @param receivedAt when the alert arrived
     * @throws AlertRejected if the document is not a valid alert
     */
    public AlertReceipt enrich(@Nullable JsonNode document, Sender sender, Instant receivedAt) {
        return switch (enrichStage.enrich(document, sender, receivedAt)) {
            case EnrichStage.Result.Health(var message, var healthSender) -> {
                sensorHealth.publish(new SensorHealth(message, healthSender));
                yield new AlertReceipt(message.id(), AlertReceipt.HEALTH, null);
            }
            case EnrichStage.Result.Enriched enriched -> {
                enriched.alerts().forEach(enrichedAlerts::publish);
                yield new AlertReceipt(enriched.alert().alert().id(), "enriched", null);
            }
        };
    }
}
