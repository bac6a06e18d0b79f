package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * The event of a batch of SQS messages and the parser of the response.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html">Using Lambda with Amazon SQS</a>
 */
public final class SqsEvents {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SqsEvents() {}

    /** Returns the event for messages by id. */
    public static String event(Map<String, String> messages) {
        return event(messages, Map.of());
    }

    /**
     * Returns the event for messages with attributes.
     *
     * @param messages bodies by message id
     * @param attributes attributes by message id, each as texts by name
     */
    public static String event(Map<String, String> messages, Map<String, Map<String, String>> attributes) {
        return event("tiercel-alerts", messages, attributes);
    }

    /** Returns the event for messages of a queue with attributes. */
    public static String event(
            String queue, Map<String, String> messages, Map<String, Map<String, String>> attributes) {
        ObjectNode event = JSON.createObjectNode();
        ArrayNode records = event.putArray("Records");
        messages.forEach((id, body) -> {
            ObjectNode message = records.addObject()
                    .put("messageId", id)
                    .put("receiptHandle", "handle-" + id)
                    .put("body", body)
                    .put("md5OfBody", "00000000000000000000000000000000")
                    .put("eventSource", "aws:sqs")
                    .put("eventSourceARN", "arn:aws:sqs:eu-west-1:123456789012:" + queue)
                    .put("awsRegion", "eu-west-1");
            message.putObject("attributes")
                    .put("ApproximateReceiveCount", "1")
                    .put("SentTimestamp", Long.toString(System.currentTimeMillis()))
                    .put("SenderId", "AIDAEXAMPLE")
                    .put("ApproximateFirstReceiveTimestamp", "1767225600001");
            ObjectNode messageAttributes = message.putObject("messageAttributes");
            attributes.getOrDefault(id, Map.of()).forEach((name, text) -> {
                ObjectNode attribute = messageAttributes.putObject(name);
                attribute.put("stringValue", text).put("dataType", "String");
                attribute.putArray("stringListValues");
                attribute.putArray("binaryListValues");
            });
        });
        return event.toString();
    }

    /** Returns the ids of failed messages in a response. */
    public static List<String> failures(String response) throws Exception {
        JsonNode failures = JSON.readTree(response).path("batchItemFailures");
        return StreamSupport.stream(failures.spliterator(), false)
                .map(failure -> failure.path("itemIdentifier").asText())
                .toList();
    }

    /** Returns an alert in Falco's JSON format. */
    public static String alert(String id, String rule) {
        ObjectNode alert = JSON.createObjectNode()
                .put("id", id)
                .put("hostname", "node-1")
                .put("rule", rule)
                .put("priority", "Warning")
                .put("source", "syscall")
                .put("time", "2026-03-01T12:00:00.000000001Z")
                .put("output", "12:00:00.000000001: Warning " + rule);
        alert.putArray("tags").add("T1003");
        alert.putObject("output_fields").put("proc.exepath", "/usr/bin/cat").put("fd.name", "/etc/shadow");
        return alert.toString();
    }
}
