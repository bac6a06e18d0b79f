package io.tiercel.functions.aws;

import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.SensorHealth;
import io.tiercel.functions.stage.EnrichedAlertPublisher;
import io.tiercel.functions.stage.SensorHealthPublisher;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Publishes enriched alerts and sensors' messages about themselves to a standard queue. Counting does not depend on the order of
 * the alerts, and of the messages about itself a sensor's newest one stays.
 */
public final class SqsEnrichedAlertPublisher implements EnrichedAlertPublisher, SensorHealthPublisher {
    private final SqsClient queues;
    private final String queueUrl;

    public SqsEnrichedAlertPublisher(SqsClient queues, String queueUrl) {
        this.queues = queues;
        this.queueUrl = queueUrl;
    }

    @Override
    public void publish(EnrichedAlert alert) {
        send(alert.toJson());
    }

    @Override
    public void publish(SensorHealth health) {
        send(health.toJson());
    }

    private void send(String body) {
        queues.sendMessage(message -> message.queueUrl(queueUrl).messageBody(body));
    }
}
