package io.tiercel.functions.aws;

import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.SensorHealth;
import io.tiercel.functions.stage.EnrichedAlertPublisher;
import io.tiercel.functions.stage.SensorHealthPublisher;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Publishes enriched alerts and sensors' messages about themselves to two standard queues, one of verified senders and one of all others.
 * Counting does not depend on the order of the alerts, and of the messages about itself a sensor's newest one stays.
 */
public final class SqsEnrichedAlertPublisher implements EnrichedAlertPublisher, SensorHealthPublisher {
    private final SqsClient queues;
    private final String verifiedUrl;
    private final String unverifiedUrl;

    public SqsEnrichedAlertPublisher(SqsClient queues, String verifiedUrl, String unverifiedUrl) {
        this.queues = queues;
        this.verifiedUrl = verifiedUrl;
        this.unverifiedUrl = unverifiedUrl;
    }

    @Override
    public void publish(EnrichedAlert alert) {
        send(alert.toJson(), alert.enrichment().sender());
    }

    @Override
    public void publish(SensorHealth health) {
        send(health.toJson(), health.sender());
    }

    private void send(String body, Sender sender) {
        String url = sender.verified() ? verifiedUrl : unverifiedUrl;
        queues.sendMessage(message -> message.queueUrl(url).messageBody(body));
    }
}
