package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.notification.IncidentBell;
import java.time.Duration;
import java.time.InstantSource;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The bell as a message in a first-in, first-out queue whose reader is the announce function. All messages are of one group,
 * so there is one announcer at a time and nobody is told the same thing twice. Within {@link #ONCE_IN} the queue takes one
 * message about an incident and drops the others; what the incident grew by meanwhile is found by the schedule.
 */
final class SqsIncidentEventPublisher implements IncidentBell {
    static final Duration ONCE_IN = Duration.ofSeconds(10);
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
    public void ring(String incidentId) {
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("incidentId", incidentId)
                .toString();
        long period = clock.instant().getEpochSecond() / ONCE_IN.toSeconds();
        queues.sendMessage(message -> message.queueUrl(queueUrl)
                .messageBody(body)
                .messageGroupId(GROUP)
                .messageDeduplicationId(incidentId + "-" + period));
    }
}
