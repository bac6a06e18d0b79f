package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.notification.IncidentEventPublisher;
import java.time.Duration;
import java.time.InstantSource;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Publishes incident events to the FIFO queue of the notify function. All messages belong to one message group, so one function at a
 * time delivers notifications, and no notification is sent twice. The queue drops further events of an incident within {@link
 * #DEDUPLICATION_PERIOD}. The schedule of the notify function finds the changes that such events would have reported.
 */
final class SqsIncidentEventPublisher implements IncidentEventPublisher {
    static final Duration DEDUPLICATION_PERIOD = Duration.ofSeconds(10);
    static final String GROUP = "notify";

    private final SqsClient queues;
    private final String queueUrl;
    private final InstantSource clock;

    SqsIncidentEventPublisher(SqsClient queues, String queueUrl, InstantSource clock) {
        this.queues = queues;
        this.queueUrl = queueUrl;
        this.clock = clock;
    }

    @Override
    public void publish(String incidentId) {
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("incidentId", incidentId)
                .toString();
        long period = clock.instant().getEpochSecond() / DEDUPLICATION_PERIOD.toSeconds();
        queues.sendMessage(message -> message.queueUrl(queueUrl)
                .messageBody(body)
                .messageGroupId(GROUP)
                .messageDeduplicationId(incidentId + "-" + period));
    }
}
