package io.tiercel.sensor.sqs;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.rules.text.Sha256;
import io.tiercel.sensor.identity.DeliveryCredentials;
import io.tiercel.sensor.spool.SpooledAlert;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** Converts an alert to an SQS message. The body is the alert's JSON. */
final class SqsMessage {
    /** Valid message group and deduplication IDs (API Reference, SendMessageBatchRequestEntry). */
    private static final Pattern VALID_ID = Pattern.compile("[\\x21-\\x7e]{1,128}");

    private static final String TOKEN = "token";
    private static final String INSTANCE_IDENTITY = "instance-identity";
    private static final String ATTRIBUTE_TYPE = "String";

    private SqsMessage() {}

    /**
     * Creates a batch entry.
     *
     * @param number ID of the entry in its batch
     * @param fifo true for a FIFO queue; the message group is then the node, and the deduplication ID is the alert's
     *     ID
     * @param credentials credentials of the sensor, which become message attributes
     */
    static SendMessageBatchRequestEntry of(
            int number, SpooledAlert alert, boolean fifo, DeliveryCredentials credentials) {
        SendMessageBatchRequestEntry.Builder entry = SendMessageBatchRequestEntry.builder()
                .id(Integer.toString(number))
                .messageBody(body(alert))
                .messageAttributes(attributes(credentials));
        if (fifo) {
            String node = "";
            String id = "";
            try {
                Alert read = AlertJson.read(alert.json());
                node = read.hostname();
                id = read.id() == null ? "" : read.id();
            } catch (InvalidAlertException e) {
                // The functions reject invalid alerts. The message gets a digest as its ID.
            }
            entry.messageGroupId(validIdOrDigest(node, node.getBytes(StandardCharsets.UTF_8)))
                    .messageDeduplicationId(
                            validIdOrDigest(id, id.isEmpty() ? alert.json() : id.getBytes(StandardCharsets.UTF_8)));
        }
        return entry.build();
    }

    private static Map<String, MessageAttributeValue> attributes(DeliveryCredentials credentials) {
        Map<String, MessageAttributeValue> attributes = new HashMap<>();
        values(credentials)
                .forEach((name, value) -> attributes.put(
                        name,
                        MessageAttributeValue.builder()
                                .dataType(ATTRIBUTE_TYPE)
                                .stringValue(value)
                                .build()));
        return attributes;
    }

    private static Map<String, String> values(DeliveryCredentials credentials) {
        Map<String, String> values = new HashMap<>();
        if (credentials.token() != null) {
            values.put(TOKEN, credentials.token());
        }
        if (credentials.instanceIdentity() != null) {
            values.put(INSTANCE_IDENTITY, credentials.instanceIdentity());
        }
        return values;
    }

    /** Returns the bytes that credentials add to a message. SQS counts names, types and values of attributes. */
    static int attributeBytes(DeliveryCredentials credentials) {
        return values(credentials).entrySet().stream()
                .mapToInt(entry -> entry.getKey().length()
                        + ATTRIBUTE_TYPE.length()
                        + entry.getValue().length())
                .sum();
    }

    /** Escapes the two characters that are valid in JSON but not in SQS. In JSON, they only occur in strings. */
    private static String body(SpooledAlert alert) {
        return new String(alert.json(), StandardCharsets.UTF_8)
                .replace("\uFFFE", "\\uFFFE")
                .replace("\uFFFF", "\\uFFFF");
    }

    private static String validIdOrDigest(String id, byte[] digestInput) {
        if (VALID_ID.matcher(id).matches()) {
            return id;
        }
        return Sha256.hex(digestInput);
    }
}
