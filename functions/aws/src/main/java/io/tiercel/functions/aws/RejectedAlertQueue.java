package io.tiercel.functions.aws;

import io.tiercel.functions.intake.SafeText;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * Where a document goes that is refused for what it is: to the dead-letter queue at once, with the reason as the message
 * attribute {@code reason}. To try it five times would not change it, and would lose the reason.
 */
final class RejectedAlertQueue {
    /** Most bytes of a message with its attributes. */
    private static final int MAX_BYTES = 256 * 1024;

    private static final int MAX_REASON = 1000;

    private final SqsClient queues;
    private final String queueUrl;

    RejectedAlertQueue(SqsClient queues, String queueUrl) {
        this.queues = queues;
        this.queueUrl = queueUrl;
    }

    /**
     * Keeps a document.
     *
     * @return whether it is kept; false if it is empty, which SQS does not take, or would not fit with its reason
     */
    boolean keep(String document, String reason) {
        String cut = SafeText.oneLine(reason.substring(0, Math.min(reason.length(), MAX_REASON)));
        if (document.isEmpty() || bytes(document) + bytes(cut) + bytes("reasonString") > MAX_BYTES) {
            return false;
        }
        queues.sendMessage(message -> message.queueUrl(queueUrl)
                .messageBody(document)
                .messageAttributes(Map.of(
                        "reason",
                        MessageAttributeValue.builder()
                                .dataType("String")
                                .stringValue(cut)
                                .build())));
        return true;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
