package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tiercel.functions.notification.Delivery;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SecretSlackWebhookTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
    private final AtomicInteger reads = new AtomicInteger();

    @Test
    void readsTheSecretWhenNeededAndAgainLater() throws Exception {
        try (SlackStub first = new SlackStub();
                SlackStub second = new SlackStub()) {
            SecretSlackWebhook slack = new SecretSlackWebhook(
                    () -> reads.incrementAndGet() == 1 ? first.address() : second.address(), now::get);
            assertEquals("slack", slack.channel());
            assertEquals(0, reads.get(), "nothing secret before the first message");
            send(slack);
            send(slack);
            now.updateAndGet(time -> time.plus(SecretSlackWebhook.KEEP));
            send(slack);
            assertEquals(2, reads.get());
            assertEquals(2, first.messages().size());
            assertEquals(1, second.messages().size());
        }
    }

    @Test
    void aSecretThatCannotBeReadFailsTheCall() {
        SecretSlackWebhook unreadable = new SecretSlackWebhook(
                () -> {
                    throw new IllegalStateException("AccessDenied");
                },
                now::get);
        assertThrows(IllegalStateException.class, () -> unreadable.send(Incidents.one(), 0));
        SecretSlackWebhook wrong = new SecretSlackWebhook(() -> "hunter2", now::get);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> wrong.send(Incidents.one(), 0));
        assertFalse(String.valueOf(refused.getMessage()).contains("hunter2"));
    }

    private static void send(SecretSlackWebhook slack) {
        assertEquals(new Delivery.Sent(), slack.send(Incidents.one(), 0));
    }
}
