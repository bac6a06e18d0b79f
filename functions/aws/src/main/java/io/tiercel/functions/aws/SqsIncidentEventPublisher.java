package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.rules.text.Sha256;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Publishes incident events to two FIFO queues of the notify function, one for what unverified senders cause and one for everything else.
 * Lambda polls each with concurrency of its own. The messages of one incident form a message group, so that a queue delivers them one by
 * one, and no incident waits for another. A queue drops repeated events of the same change, for five minutes. A change never recurs, so no
 * other event is dropped.
 */
public final class SqsIncidentEventPublisher implements IncidentEventPublisher {
    private final SqsClient queues;
    private final String queueUrl;
    private final String unverifiedUrl;

    public SqsIncidentEventPublisher(SqsClient queues, String queueUrl, String unverifiedUrl) {
        this.queues = queues;
        this.queueUrl = queueUrl;
        this.unverifiedUrl = unverifiedUrl;
    }

    @Override
    public void publish(String incidentId, String change) {
        send(queueUrl, incidentId, change);
    }

    @Override
    public void publish(String incidentId, String change, UrgencyClass urgency) {
        send(urgency == UrgencyClass.UNVERIFIED ? unverifiedUrl : queueUrl, incidentId, change);
    }

    private void send(String url, String incidentId, String change) {
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("incidentId", incidentId)
                .toString();
        queues.sendMessage(message -> message.queueUrl(url)
                .messageBody(body)
                .messageGroupId("incident-" + incidentId)
                .messageDeduplicationId(Sha256.hex(incidentId + " " + change)));
    }
}
