package io.tiercel.bench.functions;

import java.nio.file.Path;
import java.util.Locale;

/** The Lambda functions, each with an event that it handles without an incident in the table. */
enum LambdaFunction {
    ENRICH,
    DEDUPLICATE,
    RESPOND,
    NOTIFY,
    SWEEP,
    INTERACT;

    /** The value of {@code QUARKUS_FUNQY_EXPORT}. */
    String export() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the name of the artifact. */
    String artifact() {
        return switch (this) {
            case RESPOND -> "respond.zip";
            case NOTIFY, INTERACT -> "notify.zip";
            case ENRICH, DEDUPLICATE, SWEEP -> "function.zip";
        };
    }

    /** Returns the path of the artifact of this build. */
    Path zip() {
        String module = switch (this) {
            case RESPOND -> "aws-respond";
            case NOTIFY, INTERACT -> "aws-notify";
            case ENRICH, DEDUPLICATE, SWEEP -> "aws";
        };
        return Path.of("functions", module, "target", artifact());
    }

    /**
     * Returns an event.
     *
     * @param number makes alerts different
     */
    String event(int number) {
        return switch (this) {
            case ENRICH -> message(SampleAlerts.alert("cold", "cold", number));
            // Not an enriched alert: the function rejects it.
            case DEDUPLICATE -> message("{}");
            case RESPOND, NOTIFY -> message("{\"incidentId\":\"0123456789abcdef\"}");
            case SWEEP -> "{}";
            // Not signed: the function answers with status 401 or 404.
            case INTERACT ->
                "{\"version\":\"2.0\",\"rawPath\":\"/interact/slack\",\"headers\":{},\"body\":\"\","
                        + "\"isBase64Encoded\":false,\"requestContext\":{\"http\":{\"method\":\"POST\"}}}";
        };
    }

    private static String message(String body) {
        String escaped = body.replace("\\", "\\\\").replace("\"", "\\\"");
        return "{\"Records\":[{\"messageId\":\"m\",\"receiptHandle\":\"h\",\"body\":\"" + escaped
                + "\",\"attributes\":{},\"messageAttributes\":{},\"eventSource\":\"aws:sqs\","
                + "\"eventSourceARN\":\"arn:aws:sqs:eu-west-1:123456789012:alerts\",\"awsRegion\":\"eu-west-1\"}]}";
    }

    /** Returns whether a response is the one that this event leads to. */
    boolean succeeded(String response) {
        return switch (this) {
            case DEDUPLICATE -> response.contains("\"batchItemFailures\":[{");
            case ENRICH, RESPOND, NOTIFY -> response.contains("\"batchItemFailures\":[]");
            case SWEEP -> response.contains("\"closed\"");
            case INTERACT -> response.contains("\"statusCode\":4");
        };
    }
}
