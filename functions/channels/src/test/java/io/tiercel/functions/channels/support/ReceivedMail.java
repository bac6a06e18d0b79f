package io.tiercel.functions.channels.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A mail as the recipient's program reads it.
 *
 * @param message the parsed message
 * @param raw its text
 */
public record ReceivedMail(MimeMessage message, String raw) {
    /** The headers that a mail may have. An injected header would be another one. */
    private static final Set<String> HEADERS = Set.of(
            "auto-submitted",
            "content-transfer-encoding",
            "content-type",
            "date",
            "from",
            "importance",
            "in-reply-to",
            "message-id",
            "mime-version",
            "received",
            "references",
            "return-path",
            "subject",
            "to",
            "x-auto-response-suppress",
            "x-priority");

    private static final int MAX_LINE = 998;

    /** Parses a message of RFC 5322. */
    public static ReceivedMail parse(byte[] raw) throws MessagingException {
        return new ReceivedMail(
                new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(raw)),
                new String(raw, StandardCharsets.UTF_8));
    }

    /** Copies a parsed message. */
    public static ReceivedMail of(MimeMessage message) throws MessagingException, IOException {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        message.writeTo(raw);
        return parse(raw.toByteArray());
    }

    /** Verifies the rules of RFC 5322 and RFC 3834: ASCII, short lines, one of each header, and no header of an attacker. */
    public void verify() throws MessagingException {
        assertTrue(raw.chars().allMatch(c -> c < 128), "not ASCII");
        List<String> lines = raw.lines().toList();
        assertTrue(lines.stream().allMatch(line -> line.length() <= MAX_LINE), "a line is too long");
        TreeSet<String> names = new TreeSet<>();
        Collections.list(message.getAllHeaders()).forEach(header -> {
            assertTrue(
                    names.add(header.getName().toLowerCase(Locale.ROOT))
                            || header.getName().equals("Received"),
                    header.getName());
        });
        assertTrue(HEADERS.containsAll(names), names.toString());
        assertEquals("auto-generated", header("Auto-Submitted"));
        assertNotNull(header("Message-ID"));
        assertTrue(subject().codePoints().noneMatch(Character::isISOControl), subject());
    }

    /** Returns a header; null if it is absent. */
    public @Nullable String header(String name) throws MessagingException {
        return message.getHeader(name, null);
    }

    /** Returns the decoded subject. */
    public String subject() throws MessagingException {
        return message.getSubject();
    }

    /** Returns the decoded text. */
    public String text() throws MessagingException, IOException {
        return String.valueOf(message.getContent());
    }
}
