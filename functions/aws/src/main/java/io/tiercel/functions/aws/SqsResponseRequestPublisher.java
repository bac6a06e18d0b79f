package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.respond.ResponseRequestPublisher;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Publishes response requests to the FIFO queue of the respond function. The messages of one incident form a message
 * group, so one function at a time handles an incident, and others handle other incidents. The queue drops repeated
 * requests with the same reason within five minutes.
 */
public final class SqsResponseRequestPublisher implements ResponseRequestPublisher {
    private final SqsClient queues;
    private final String queueUrl;

    public SqsResponseRequestPublisher(SqsClient queues, String queueUrl) {
        this.queues = queues;
        this.queueUrl = queueUrl;
    }

    @Override
    public void publish(String incidentId, String deduplicationKey) {
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("incidentId", incidentId)
                .toString();
        queues.sendMessage(message -> message.queueUrl(queueUrl)
                .messageBody(body)
                .messageGroupId(incidentId)
                .messageDeduplicationId(incidentId + "-" + deduplicationKey));
    }
}
