package io.tiercel.functions.channels.securityhub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.channels.aws.AwsDelivery;
import io.tiercel.functions.channels.aws.AwsSettings;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.lookup.SignedPost;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notify.json.Delivery;
import io.tiercel.functions.notify.json.NotificationJson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * AWS Security Hub, through {@code BatchImportFindings}. There is one {@link Finding} per incident, which is archived when the incident
 * closes and active again when it reopens. The reference of the thread is the time of the last update: Security Hub ignores an update
 * that is not later.
 */
final class SecurityHubChannel implements NotificationChannel {
    /** Security Hub accepts 10 requests per second from an account in a region. */
    private static final Duration SEND_INTERVAL = Duration.ofMillis(100);

    private static final SignedPost.Operation OPERATION =
            new SignedPost.Operation("securityhub", "BatchImportFindings", "/findings/import", "application/json");

    /** Error codes of a finding that pass; all others reject it. */
    private static final Set<String> PASSING = Set.of("InternalError", "InternalException", "ThrottlingException");

    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,15}");
    private static final int MAX_REASON = 250;

    private final String name;
    private final String account;
    private final AwsSettings aws;
    private @Nullable AwsConnection connection;

    SecurityHubChannel(String name, String account, AwsSettings aws) {
        this.name = name;
        this.account = account;
        this.aws = aws;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Duration sendInterval() {
        return SEND_INTERVAL;
    }

    @Override
    public DeliveryResult send(IncidentNotification notification) {
        if (!Delivery.due(notification)) {
            return new DeliveryResult.Skipped();
        }
        Instant updatedAt = updatedAt(notification.previous(), notification.now());
        return importFinding(
                updatedAt, (partition, region) -> Finding.of(notification, account, partition, region, updatedAt));
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        Instant updatedAt = updatedAt(notification.previous(), notification.now());
        return importFinding(
                updatedAt, (partition, region) -> Finding.of(notification, account, partition, region, updatedAt));
    }

    /** Clocks of several functions differ. A channel that serves as a fallback finds the thread of another channel in the record. */
    private static Instant updatedAt(NotificationRecord previous, Instant now) {
        String thread = previous.thread();
        long next = thread == null || !MILLIS.matcher(thread).matches() ? 0 : Long.parseLong(thread) + 1;
        return Instant.ofEpochMilli(Math.max(next, now.toEpochMilli()));
    }

    private DeliveryResult importFinding(Instant updatedAt, BiFunction<String, String, ObjectNode> finding) {
        return AwsDelivery.of(OPERATION.name(), () -> {
            AwsConnection current = connection();
            ObjectNode request = JsonNodeFactory.instance.objectNode();
            request.putArray("Findings")
                    .add(finding.apply(current.partition(), current.region().id()));
            JsonNode response = new SignedPost(current, OPERATION, SecurityHubChannel::errorDetails)
                    .call(NotificationJson.bytes(request), SecurityHubChannel::read);
            return response.path("FailedCount").intValue() == 0
                    ? new DeliveryResult.Sent(Long.toString(updatedAt.toEpochMilli()))
                    : failed(response.path("FailedFindings").path(0));
        });
    }

    private synchronized AwsConnection connection() {
        AwsConnection current = connection;
        if (current == null) {
            current = aws.connect();
            connection = current;
        }
        return current;
    }

    private static DeliveryResult failed(JsonNode finding) {
        String code = finding.path("ErrorCode").asText();
        String reason = OPERATION.name() + ": "
                + Finding.text(code + ": " + finding.path("ErrorMessage").asText(), MAX_REASON);
        return PASSING.contains(code)
                ? new DeliveryResult.Retry(Duration.ZERO, reason)
                : new DeliveryResult.Rejected(reason);
    }

    private static JsonNode read(byte[] body) {
        try {
            return Json.SINGLE_DOCUMENT.readTree(body);
        } catch (IOException e) {
            throw SdkClientException.create("Security Hub sent an invalid response", e);
        }
    }

    private static AwsErrorDetails errorDetails(byte[] body) {
        JsonNode error = read(body);
        return AwsErrorDetails.builder()
                .serviceName("SecurityHub")
                .errorCode(error.path("Code").asText(error.path("__type").asText()))
                .errorMessage(error.path("Message").asText(error.path("message").asText()))
                .build();
    }

    @Override
    public String toString() {
        return "Security Hub of account " + account;
    }
}
