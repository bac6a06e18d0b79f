package io.tiercel.functions.aws;

import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.stage.EnrichedAlertPublisher;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Publishes enriched alerts to a standard queue. Counting does not depend on the order of the alerts. */
final class SqsEnrichedAlertPublisher implements EnrichedAlertPublisher {
    private final SqsClient queues;
    private final String queueUrl;

    SqsEnrichedAlertPublisher(SqsClient queues, String queueUrl) {
        this.queues = queues;
        this.queueUrl = queueUrl;
    }

    @Override
    public void publish(EnrichedAlert alert) {
        queues.sendMessage(message -> message.queueUrl(queueUrl).messageBody(alert.toJson()));
    }
}
