package io.tiercel.functions.aws;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.SensorHealth;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.stage.DeduplicateStage;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The function {@code deduplicate}: counts the alerts of a batch of SQS messages, each incident at once. Returns the messages that
 * failed, so that SQS delivers only these again. Each document that is not an enriched alert goes to the dead-letter queue immediately,
 * with the reason.
 *
 * <p>Counting an alert twice changes nothing. Therefore it does not matter in which batch a message arrives again.
 */
public final class DeduplicateFunction implements RequestHandler<SQSEvent, SQSBatchResponse> {
    private static final Logger LOG = Logger.getLogger(DeduplicateFunction.class);

    private static final String GROUP = "MessageGroupId";

    private final DeduplicateStage stage;
    private final Optional<RejectedAlertQueue> rejectedAlerts;

    @Inject
    public DeduplicateFunction(DeduplicateStage stage, Optional<RejectedAlertQueue> rejectedAlerts) {
        this.stage = stage;
        this.rejectedAlerts = rejectedAlerts;
    }

    /**
     * Counts the alerts of an event.
     *
     * @return the ids of the messages that failed. Those of a FIFO queue include all later messages of the same group, because SQS would
     *     otherwise deliver a message before an earlier one
     * @throws IllegalArgumentException if the event does not come from SQS
     */
    @Override
    public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
        if (event.getRecords() == null) {
            throw new IllegalArgumentException("expected an event of SQS with \"Records\"");
        }
        Set<String> failed = new HashSet<>();
        List<AlertBatch.Message> alerts = new ArrayList<>();
        for (SQSMessage message : event.getRecords()) {
            EnrichedAlert alert = read(message, failed);
            if (alert != null) {
                alerts.add(new AlertBatch.Message(message.getMessageId(), alert));
            }
        }
        AlertBatch batch = new AlertBatch(stage::countAll, () -> context.getRemainingTimeInMillis(), LOG::error);
        failed.addAll(batch.count(alerts));
        return new SQSBatchResponse(failures(event.getRecords(), failed));
    }

    /** Returns the alert of a message, or null if the message needs no counting or failed. */
    private @Nullable EnrichedAlert read(SQSMessage message, Set<String> failed) {
        try {
            JsonNode document = document(message);
            if (!SensorHealth.isSensorHealth(document)) {
                return EnrichedAlert.parse(document);
            }
            SensorHealth health = SensorHealth.parse(document);
            stage.recordHealth(health.message(), health.sender());
        } catch (AlertRejected e) {
            LOG.warn("alert rejected: " + SafeText.oneLine(e.reason()));
            if (!reject(message, e.reason())) {
                failed.add(message.getMessageId());
            }
        } catch (RuntimeException e) {
            LOG.error("deduplicate failed and will be retried: " + e.getMessage());
            failed.add(message.getMessageId());
        }
        return null;
    }

    /** Sends a message to the dead-letter queue. Returns false if that is not possible, so that SQS must do it. */
    private boolean reject(SQSMessage message, String reason) {
        try {
            return rejectedAlerts.isPresent() && rejectedAlerts.get().send(body(message), reason);
        } catch (RuntimeException e) {
            LOG.error("a rejected alert was not stored and will be retried: " + e.getMessage());
            return false;
        }
    }

    private static String body(SQSMessage message) {
        return message.getBody() == null ? "" : message.getBody();
    }

    /** Returns the body as JSON. A body that is not JSON becomes a string, which is then rejected with a reason. */
    private static JsonNode document(SQSMessage message) {
        String body = body(message);
        try {
            return body.isBlank() ? TextNode.valueOf(body) : Json.SINGLE_DOCUMENT.readTree(body);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(body);
        }
    }

    private static List<BatchItemFailure> failures(List<SQSMessage> messages, Set<String> failed) {
        Set<String> stoppedGroups = new HashSet<>();
        List<BatchItemFailure> failures = new ArrayList<>();
        for (SQSMessage message : messages) {
            Map<String, String> attributes = message.getAttributes();
            String group = attributes == null ? null : attributes.get(GROUP);
            boolean fails = failed.contains(message.getMessageId());
            if (fails && group != null) {
                stoppedGroups.add(group);
            }
            if (fails || group != null && stoppedGroups.contains(group)) {
                failures.add(new BatchItemFailure(message.getMessageId()));
            }
        }
        return failures;
    }
}
