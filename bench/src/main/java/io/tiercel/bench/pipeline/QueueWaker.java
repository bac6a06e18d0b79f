package io.tiercel.bench.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.notification.ChannelWaker;
import io.tiercel.functions.notification.Subject;
import io.tiercel.rules.text.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Wakes lanes through the queue, as the function {@code notify} on AWS does, whose class needs its notification channels. */
record QueueWaker(SqsClient queues, String queueUrl, InstantSource clock) implements ChannelWaker {
    private static final Duration MAX_DELAY = Duration.ofSeconds(5);

    @Override
    public void wake(String channel, Subject subject, String change, Instant due) {
        if (due.isAfter(clock.instant().plus(MAX_DELAY))) {
            return;
        }
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("channel", channel)
                .put("subject", subject.key())
                .toString();
        queues.sendMessage(message -> message.queueUrl(queueUrl)
                .messageBody(body)
                .messageGroupId("channel-" + channel)
                .messageDeduplicationId(Sha256.hex(channel + " " + subject.key() + " " + change)));
    }
}
