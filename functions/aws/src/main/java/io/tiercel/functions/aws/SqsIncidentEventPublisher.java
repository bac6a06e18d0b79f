package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.rules.text.Sha256;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Publishes incident events to the FIFO queue of the notify function. The messages of one incident form a message group, so that the
 * queue delivers them one by one, and no incident waits for another. The queue drops repeated events of the same change, for five
 * minutes. A change never recurs, so no other event is dropped.
 */
public final class SqsIncidentEventPublisher implements IncidentEventPublisher {
    private final SqsClient queues;
    private final String queueUrl;

    public SqsIncidentEventPublisher(SqsClient queues, String queueUrl) {
        this.queues = queues;
        this.queueUrl = queueUrl;
    }

    @Override
    public void publish(String incidentId, String change) {
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("incidentId", incidentId)
                .toString();
        queues.sendMessage(message -> message.queueUrl(queueUrl)
                .messageBody(body)
                .messageGroupId("incident-" + incidentId)
                .messageDeduplicationId(Sha256.hex(incidentId + " " + change)));
    }
}
