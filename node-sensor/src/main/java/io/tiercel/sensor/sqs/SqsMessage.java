package io.tiercel.sensor.sqs;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertFormatException;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.sensor.spool.SpooledAlert;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** An alert as a message: its JSON is the body, as the functions read it. */
final class SqsMessage {
    /** What SQS takes as a group or a deduplication id (API Reference, SendMessageBatchRequestEntry). */
    private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e]{1,128}");

    private SqsMessage() {}

    /**
     * The message.
     *
     * @param number tells it from others of its batch
     * @param fifo whether the queue keeps order: then messages of a node are a group, and the alert's id tells those that
     *     are sent again
     */
    static SendMessageBatchRequestEntry of(int number, SpooledAlert alert, boolean fifo) {
        SendMessageBatchRequestEntry.Builder entry = SendMessageBatchRequestEntry.builder()
                .id(Integer.toString(number))
                .messageBody(body(alert));
        if (fifo) {
            String node = "";
            String id = "";
            try {
                Alert read = AlertJson.read(alert.json());
                node = read.hostname();
                id = read.id() == null ? "" : read.id();
            } catch (AlertFormatException e) {
                // not ours to judge: it goes out under its digest
            }
            entry.messageGroupId(name(node, node.getBytes(StandardCharsets.UTF_8)))
                    .messageDeduplicationId(
                            name(id, id.isEmpty() ? alert.json() : id.getBytes(StandardCharsets.UTF_8)));
        }
        return entry.build();
    }

    /** The two characters that JSON may have and SQS does not take stand only in texts, where they can be escaped. */
    private static String body(SpooledAlert alert) {
        return new String(alert.json(), StandardCharsets.UTF_8)
                .replace("\uFFFE", "\\uFFFE")
                .replace("\uFFFF", "\\uFFFF");
    }

    private static String name(String wanted, byte[] orDigestOf) {
        if (NAME.matcher(wanted).matches()) {
            return wanted;
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(orDigestOf));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
