package io.tiercel.functions.aws;

import io.tiercel.functions.EnrichedAlert;
import io.tiercel.functions.EnrichedAlerts;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The way from {@code enrich} to {@code deduplicate} as a queue; order does not matter, since counting does not depend on it. */
final class QueueEnrichedAlerts implements EnrichedAlerts {
    private final SqsClient queues;
    private final String queueUrl;

    QueueEnrichedAlerts(SqsClient queues, String queueUrl) {
        this.queues = queues;
        this.queueUrl = queueUrl;
    }

    @Override
    public void send(EnrichedAlert alert) {
        queues.sendMessage(message -> message.queueUrl(queueUrl).messageBody(alert.toJson()));
    }
}
