package io.tiercel.functions.aws;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.rules.text.Sha256;
import io.tiercel.rules.text.TextLimit;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * Sends invalid documents to the dead-letter queue immediately, with the reason as the message attribute {@code reason}. Retries
 * would not help, and would lose the reason. A FIFO queue keeps the same document once in five minutes.
 */
final class RejectedAlertQueue {
    /** Maximum size of a message with its attributes, in bytes. */
    private static final int MAX_BYTES = 256 * 1024;

    private static final int MAX_REASON = 1000;

    private static final String GROUP = "rejected";

    private final SqsClient queues;
    private final String queueUrl;
    private final boolean fifo;

    RejectedAlertQueue(SqsClient queues, String queueUrl) {
        this.queues = queues;
        this.queueUrl = queueUrl;
        this.fifo = queueUrl.endsWith(".fifo");
    }

    /**
     * Sends a document.
     *
     * @return false if the document is empty, which SQS does not accept, or is too large together with the reason
     */
    boolean send(String document, String reason) {
        String shortReason = SafeText.oneLine(TextLimit.cut(reason, MAX_REASON));
        if (document.isEmpty() || bytes(document) + bytes(shortReason) + bytes("reasonString") > MAX_BYTES) {
            return false;
        }
        queues.sendMessage(message -> message.queueUrl(queueUrl)
                .messageBody(document)
                .messageGroupId(fifo ? GROUP : null)
                .messageDeduplicationId(fifo ? Sha256.hex(document) : null)
                .messageAttributes(Map.of(
                        "reason",
                        MessageAttributeValue.builder()
                                .dataType("String")
                                .stringValue(shortReason)
                                .build())));
        return true;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
