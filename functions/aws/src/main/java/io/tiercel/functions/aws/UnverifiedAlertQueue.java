package io.tiercel.functions.aws;

import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import io.tiercel.functions.identity.SenderCredentials;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * The queue to {@code enrich} of alerts whose senders are not verified. Lambda polls it with concurrency of its own, so that alerts of
 * verified senders do not wait for the lookups of others. Only {@code enrich} may send to it.
 */
final class UnverifiedAlertQueue {
    private final SqsClient queues;
    private final String queueUrl;
    private final String arnSuffix;

    UnverifiedAlertQueue(SqsClient queues, String queueUrl) {
        this.queues = queues;
        this.queueUrl = queueUrl;
        this.arnSuffix = ":" + queueUrl.substring(queueUrl.lastIndexOf('/') + 1);
    }

    /**
     * Moves a message of another queue to this one, with its credentials: they are verified again, because the keys may be available by
     * then. If SQS delivers the first message again, its copies count as one alert, because they have the same id or the same text.
     *
     * @return false if the message comes from this queue, or from none
     */
    boolean move(SQSMessage message, SenderCredentials credentials) {
        String source = message.getEventSourceArn();
        if (source == null || source.endsWith(arnSuffix)) {
            return false;
        }
        Map<String, MessageAttributeValue> attributes = new HashMap<>();
        put(attributes, EnrichFunction.TOKEN, credentials.token());
        put(attributes, EnrichFunction.INSTANCE_IDENTITY, credentials.instanceIdentity());
        queues.sendMessage(
                send -> send.queueUrl(queueUrl).messageBody(message.getBody()).messageAttributes(attributes));
        return true;
    }

    private static void put(Map<String, MessageAttributeValue> attributes, String name, @Nullable String value) {
        if (value != null) {
            attributes.put(
                    name,
                    MessageAttributeValue.builder()
                            .dataType("String")
                            .stringValue(value)
                            .build());
        }
    }
}
