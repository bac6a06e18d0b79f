package io.tiercel.functions.aws;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.Delivery;
import io.tiercel.functions.notification.Notifier;
import io.tiercel.functions.notification.SlackWebhook;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Slack webhook whose address is a secret, read when it is first needed and again after {@link #KEEP}, so that a new
 * address is taken up and none is in a snapshot of the function. A secret that cannot be read fails the call instead of the
 * message: what is owed stays owed until it can.
 */
final class SecretSlackWebhook implements Notifier {
    static final Duration KEEP = Duration.ofMinutes(5);

    private final Supplier<String> secret;
    private final InstantSource clock;
    private @Nullable SlackWebhook webhook;
    private Instant readAgain = Instant.MIN;

    SecretSlackWebhook(Supplier<String> secret, InstantSource clock) {
        this.secret = secret;
        this.clock = clock;
    }

    private synchronized SlackWebhook webhook() {
        Instant now = clock.instant();
        SlackWebhook current = webhook;
        if (current == null || !now.isBefore(readAgain)) {
            SlackWebhook next = SlackWebhook.of(secret.get());
            if (current != null) {
                current.close();
            }
            webhook = next;
            readAgain = now.plus(KEEP);
            return next;
        }
        return current;
    }

    @Override
    public String channel() {
        return "slack";
    }

    @Override
    public long nextCount(long announcedCount) {
        return webhook().nextCount(announcedCount);
    }

    @Override
    public Duration pause() {
        return webhook().pause();
    }

    @Override
    public Duration pace() {
        return webhook().pace();
    }

    @Override
    public Delivery send(Incident incident, long announcedCount) {
        return webhook().send(incident, announcedCount);
    }
}
