package io.tiercel.functions.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.SensorHealth;
import io.tiercel.functions.intake.AlertRejected;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The functions as Funqy exposes them over HTTP and as AWS Lambda functions. Each takes the JSON document as a tree, so that
 * our own parsers report the errors of an invalid document. On AWS, {@code deduplicate} takes batches instead. Each deployment exports {@code enrich}, {@code respond}
 * and {@code notify} itself, with {@link AlertIntake}, {@link RespondStage} and {@link NotifyStage}.
 *
 * <p>Every function can be called again with the same document. All throw {@link
 * io.tiercel.functions.incident.StoreUnavailable} if a store fails; the caller must then retry.
 */
@Singleton
public final class TiercelFunctions {
    private final DeduplicateStage deduplicateStage;
    private final SweepStage sweepStage;
    private final AuditMaintenance audit;

    @Inject
    public TiercelFunctions(DeduplicateStage deduplicateStage, SweepStage sweepStage, AuditMaintenance audit) {
        this.deduplicateStage = deduplicateStage;
        this.sweepStage = sweepStage;
        this.audit = audit;
    }

    /**
     * Counts an enriched alert in its incident, or stores a sensor's message about itself. Repeating the call changes nothing.
     *
     * @throws AlertRejected if the document does not come from {@code enrich}
     */
    @Funq("deduplicate")
    public AlertReceipt deduplicate(@Nullable JsonNode document) {
        if (document != null && SensorHealth.isSensorHealth(document)) {
            SensorHealth health = SensorHealth.parse(document);
            return deduplicateStage.recordHealth(health.message(), health.sender());
        }
        return deduplicateStage.count(EnrichedAlert.parse(document));
    }

    /**
     * Runs the sweep stage, then anchors and verifies a part of the audit log. Called with {@code {"audit":"verify"}}, only continues
     * the verification.
     */
    @Funq("sweep")
    public SweepReceipt sweep(@Nullable JsonNode document) {
        if (document != null && document.path("audit").asText().equals("verify")) {
            return new SweepReceipt(0, audit.verify().description());
        }
        try {
            return new SweepReceipt(sweepStage.sweep(), null);
        } finally {
            // Also if a store of the incidents fails, because an attacker may have caused that.
            audit.run();
        }
    }
}
