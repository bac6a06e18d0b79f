package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.respond.ResponseRequestPublisher;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The responder's bell as a first-in, first-out queue. The messages of one incident are a group, so it is looked at by one
 * responder at a time, while others look at other incidents; within five minutes the queue takes one message for an occasion.
 */
final class SqsResponseRequestPublisher implements ResponseRequestPublisher {
    private final SqsClient queues;
    private final String queueUrl;

    SqsResponseRequestPublisher(SqsClient queues, String queueUrl) {
        this.queues = queues;
        this.queueUrl = queueUrl;
    }

    @Override
    public void publish(String incidentId, String occasion) {
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("incidentId", incidentId)
                .toString();
        queues.sendMessage(message -> message.queueUrl(queueUrl)
                .messageBody(body)
                .messageGroupId(incidentId)
                .messageDeduplicationId(incidentId + "-" + occasion));
    }
}
