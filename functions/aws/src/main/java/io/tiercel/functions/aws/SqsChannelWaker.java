package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.notification.ChannelWaker;
import io.tiercel.functions.notification.Subject;
import io.tiercel.rules.text.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Wakes lanes through the FIFO queue of the notify function. The messages of one channel form a message group, so that one invocation
 * at a time works for a woken channel. The queue drops repeated calls for the same change, for five minutes.
 *
 * <p>A message that is due later than {@link #MAX_DELAY} is left to the schedule. Its invocations cost less than one that waits.
 */
public final class SqsChannelWaker implements ChannelWaker {
    /** A woken lane waits at most this long for its first message. */
    static final Duration MAX_DELAY = Duration.ofSeconds(5);

    private final SqsClient queues;
    private final String queueUrl;
    private final InstantSource clock;

    public SqsChannelWaker(SqsClient queues, String queueUrl, InstantSource clock) {
        this.queues = queues;
        this.queueUrl = queueUrl;
        this.clock = clock;
    }

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
