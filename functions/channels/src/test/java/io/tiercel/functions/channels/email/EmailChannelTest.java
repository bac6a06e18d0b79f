package io.tiercel.functions.channels.email;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.channels.contract.SmtpService;
import io.tiercel.functions.channels.support.Channels;
import io.tiercel.functions.channels.support.ReceivedMail;
import io.tiercel.functions.channels.support.TestKeys;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.notification.TestOutbox;
import io.tiercel.functions.notify.ConfiguredChannels;
import io.tiercel.rules.alert.Priority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class EmailChannelTest {
    @TempDir
    private static Path folder;

    private static TestKeys keys;
    private static SmtpService mail;

    private final SingleIncidentStore store = new SingleIncidentStore();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeAll
    static void start() {
        keys = TestKeys.shared();
        mail = new SmtpService(folder, keys);
    }

    @AfterAll
    static void stop() {
        mail.stop();
    }

    @BeforeEach
    void forget() throws Exception {
        mail.accept();
    }

    private void deliver(ConfiguredChannels open) {
        now = now.plus(Duration.ofHours(1));
        new TestOutbox(store, store, open.channels(), () -> now).deliver("i");
    }

    private DeliveryResult first(String settings) {
        store.setCount(1);
        try (ConfiguredChannels open = Channels.open(settings, () -> now)) {
            return open.channels()
                    .getFirst()
                    .send(SingleIncidentStore.firstNotification(store.find("i").orElseThrow()));
        }
    }

    private static String over(int port, String more) {
        return "type: email, from: alerts@example.com, to: [soc@example.com], host: localhost, port: " + port + more;
    }

    @Test
    void all_mails_of_an_incident_are_one_thread() throws Exception {
        try (ConfiguredChannels open = Channels.open("type: email, " + mail.settings(), () -> now)) {
            store.setCount(1);
            deliver(open);
            store.update(IncidentState.OPEN, Priority.CRITICAL);
            deliver(open);
            store.update(IncidentState.CLOSED, Priority.CRITICAL);
            deliver(open);
        }
        List<ReceivedMail> mails = mail.mails();
        assertEquals(3, mails.size());
        String root = mails.getFirst().header("Message-ID");
        assertEquals("<tiercel-i@example.com>", root);
        assertNull(mails.getFirst().header("References"));
        assertNull(mails.getFirst().header("Importance"));
        String subject = mails.getFirst().subject();
        assertTrue(subject.startsWith("[Tiercel] Warning: Terminal shell in container on "), subject);
        for (ReceivedMail reply : mails.subList(1, 3)) {
            assertEquals("Re: " + subject, reply.subject());
            assertEquals(root, reply.header("References"));
            assertEquals(root, reply.header("In-Reply-To"));
            assertEquals("high", reply.header("Importance"));
        }
        assertEquals(
                3,
                mails.stream()
                        .map(ReceivedMail::raw)
                        .map(raw -> raw.replaceFirst("(?s).*?\\r?\\nMessage-ID: (\\S+).*", "$1"))
                        .distinct()
                        .count());
        String text = mails.getLast().text();
        assertTrue(text.startsWith("Closed: Critical: Terminal shell in container"), text);
        assertTrue(text.contains("Program:        /bin/sh"), text);
    }

    @Test
    void the_login_waits_for_starttls() throws Exception {
        try (StartTlsFront front = new StartTlsFront(keys, mail.plainPort(), true)) {
            assertInstanceOf(DeliveryResult.Sent.class, first(over(front.port(), ", " + mail.login())));
            assertEquals(List.of("EHLO example.com", "STARTTLS"), List.copyOf(front.plainCommands));
        }
        assertEquals(1, mail.mails().size());
    }

    @Test
    void a_server_without_tls_receives_nothing() throws Exception {
        try (StartTlsFront front = new StartTlsFront(keys, mail.plainPort(), false)) {
            DeliveryResult.Retry retry =
                    assertInstanceOf(DeliveryResult.Retry.class, first(over(front.port(), ", " + mail.login())));
            assertTrue(retry.reason().contains("STARTTLS"), retry.reason());
            assertTrue(
                    front.plainCommands.stream().noneMatch(command -> command.startsWith("AUTH")),
                    front.plainCommands.toString());
        }
        assertEquals(0, mail.mails().size());
    }

    @Test
    void a_denied_login_is_repeated_because_the_password_may_have_been_rotated() throws Exception {
        mail.denyLogin();
        DeliveryResult.Retry retry =
                assertInstanceOf(DeliveryResult.Retry.class, first("type: email, " + mail.settings()));
        assertTrue(retry.reason().contains("535"), retry.reason());
    }

    @Test
    void a_file_without_certificates_is_reported() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "\n");
        String settings = over(1, ", ca: file:" + empty);
        assertThrows(IllegalArgumentException.class, () -> first(settings));
    }

    @Test
    void a_certificate_that_is_not_trusted_or_of_another_name_ends_the_connection() throws Exception {
        try (StartTlsFront front = new StartTlsFront(keys, mail.plainPort(), true)) {
            assertInstanceOf(DeliveryResult.Retry.class, first(over(front.port(), "")));
        }
        TestKeys ofAnother = TestKeys.create(Files.createDirectory(folder.resolve("other")), "other.example");
        try (StartTlsFront front = new StartTlsFront(ofAnother, mail.plainPort(), true)) {
            String login = mail.login()
                    .replace(
                            keys.certificate().toString(),
                            ofAnother.certificate().toString());
            assertInstanceOf(DeliveryResult.Retry.class, first(over(front.port(), ", " + login)));
        }
        assertEquals(0, mail.mails().size());
    }
}
