package io.tiercel.functions.aws;

import com.amazonaws.services.lambda.runtime.events.SQSEvent.MessageAttribute;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.credential.SenderIdentity;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.identity.SenderCredentials;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.privacy.Redactor;
import io.tiercel.functions.stage.AlertIntake;
import io.tiercel.functions.stage.AlertReceipt;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The function {@code enrich}: verifies the sender of an SQS message and passes on the alert and the result. The credentials are in
 * message attributes, and end here. A metric filter in infra/terraform counts the log line about senders that are not verified.
 *
 * <p>Alerts of senders that are not verified go through a queue of their own ({@link UnverifiedAlertQueue}).
 */
@Singleton
public final class EnrichFunction {
    private static final Logger LOG = Logger.getLogger(EnrichFunction.class);

    /** Start of the log line about a credential that cannot be verified. */
    static final String NOT_VERIFIED = "sender not verified";

    /** The message attribute with a service account token. */
    static final String TOKEN = "token";

    /** The message attribute with a signed EC2 instance identity document. */
    static final String INSTANCE_IDENTITY = "instance-identity";

    /** SQS's attribute with the time when it received the message, milliseconds since the epoch. The sender cannot set it. */
    private static final String SENT_TIMESTAMP = "SentTimestamp";

    private final SenderIdentity identity;
    private final AlertIntake intake;
    private final Redactor redactor;
    private final Optional<UnverifiedAlertQueue> unverifiedAlerts;
    private final InstantSource clock;

    @Inject
    public EnrichFunction(
            SenderIdentity identity,
            AlertIntake intake,
            Redactor redactor,
            Optional<UnverifiedAlertQueue> unverifiedAlerts) {
        this.identity = identity;
        this.intake = intake;
        this.redactor = redactor;
        this.unverifiedAlerts = unverifiedAlerts;
        this.clock = InstantSource.system();
    }

    /**
     * Verifies the sender of one message, then redacts and enriches its alert. A rejected alert is redacted too. An alert of a sender that
     * is not verified moves to its queue first.
     *
     * @param message the message; a document that was passed directly arrives as a message with a body only
     * @return null if the alert was rejected and is stored with the reason, or if the message moved to another queue
     * @throws io.tiercel.functions.intake.AlertRejected if the body is not a valid alert
     * @throws IllegalStateException if the sender must be verified and the keys for it are not available; SQS delivers the message
     *     again
     */
    @Funq("enrich")
    public @Nullable AlertReceipt enrich(@Nullable SQSMessage message) {
        if (message == null) {
            return intake.enrich(null, Sender.NONE, clock.instant());
        }
        Instant sentAt = sentAt(message);
        SenderCredentials credentials = credentials(message);
        Sender sender = identity.verify(credentials, sentAt);
        if (!sender.verified()
                && !identity.required()
                && unverifiedAlerts.isPresent()
                && unverifiedAlerts.get().move(message, credentials)) {
            return null;
        }
        if (!sender.verified() && sender.kind() != Sender.Kind.NONE) {
            LOG.warnf(NOT_VERIFIED + " (%s): %s", sender.kind().label(), sender.reason());
            if (identity.required() && sender.kind() == Sender.Kind.SERVICE_ACCOUNT && lacksKeys()) {
                throw new IllegalStateException("the issuer's keys are not available; the message will be retried");
            }
        }
        return intake.enrich(redactor.alert(document(message)), sender, sentAt);
    }

    /** Returns whether nothing tells a valid token from others. To reject the alert then would lose it with its credential. */
    private boolean lacksKeys() {
        SenderIdentity.KeyStatus keys = identity.keys();
        return keys != null && keys.count() == 0;
    }

    /** Returns the body as JSON. A body that is not JSON becomes a string, which is then rejected with a reason. */
    private static JsonNode document(SQSMessage message) {
        String body = message.getBody() == null ? "" : message.getBody();
        try {
            return body.isBlank() ? TextNode.valueOf(body) : Json.SINGLE_DOCUMENT.readTree(body);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(body);
        }
    }

    private static SenderCredentials credentials(SQSMessage message) {
        String token = text(message, TOKEN);
        String instanceIdentity = text(message, INSTANCE_IDENTITY);
        return token == null && instanceIdentity == null
                ? SenderCredentials.NONE
                : new SenderCredentials(token, instanceIdentity, List.of());
    }

    private static @Nullable String text(SQSMessage message, String name) {
        Map<String, MessageAttribute> attributes = message.getMessageAttributes();
        MessageAttribute attribute = attributes == null ? null : attributes.get(name);
        return attribute == null ? null : attribute.getStringValue();
    }

    private Instant sentAt(SQSMessage message) {
        Map<String, String> attributes = message.getAttributes();
        String sent = attributes == null ? null : attributes.get(SENT_TIMESTAMP);
        try {
            return sent == null ? clock.instant() : Instant.ofEpochMilli(Long.parseLong(sent));
        } catch (NumberFormatException e) {
            return clock.instant();
        }
    }
}
