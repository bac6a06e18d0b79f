package io.tiercel.functions.channels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tiercel.functions.channels.ocsf.DetectionFinding;
import io.tiercel.functions.channels.securityhub.Finding;
import io.tiercel.functions.channels.text.PlainText;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.IncidentFixtures;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.Subject;
import io.tiercel.functions.notify.json.NotificationJson;
import io.tiercel.rules.alert.Priority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compares docs/notification-documents.md with what mails and programs receive. Run with {@code -Dtiercel.write-docs=true} to write the
 * page.
 */
@Tag("unit")
class DocumentPageTest {
    private static final ObjectWriter PRETTY = Json.MAPPER.writer(SerializationFeature.INDENT_OUTPUT);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String ACCOUNT = "123456789012";
    private static final String REGION = "eu-west-1";
    private static final int MAX_BYTES = 256 * 1024;

    private final StringBuilder page = new StringBuilder("""
            # See the documents of each channel

            After reading this page, you know what mails and programs receive. A test writes the texts below from the channels themselves.
            [notification-messages.md](notification-messages.md) shows the messages in chats and pagers.
            """);

    @Test
    void the_page_shows_what_mails_and_programs_receive() throws IOException {
        IncidentNotification incident = incident();
        GroupNotification group = group();
        section(
                "Email",
                "The subject of a mail is the same for all mails of an incident, so that they are one thread.");
        text("Subject of an incident", PlainText.title(incident));
        text("Text about an incident", PlainText.of(incident).text());
        text("Subject of a group", PlainText.title(group));
        text("Text about a group", PlainText.of(group).text());
        section(
                "Webhook, SNS, EventBridge and Kafka",
                "They share one JSON document. SNS has the text of a mail in front of it, for subscribers that are people.");
        json("An incident", NotificationJson.of(incident, MAX_BYTES));
        json("A group", NotificationJson.of(group, MAX_BYTES));
        section("Security Hub", "One finding in the AWS Security Finding Format, which is updated.");
        json("An incident", Finding.of(incident, ACCOUNT, "aws", REGION, NOW));
        json("A group", Finding.of(group, ACCOUNT, "aws", REGION, NOW));
        section("OCSF in S3", "A Detection Finding of the Open Cybersecurity Schema Framework for each delivery.");
        json("An incident", DetectionFinding.of(incident, ACCOUNT, REGION));
        json("A group", DetectionFinding.of(group, ACCOUNT, REGION));
        Path file = Path.of("../../docs/notification-documents.md");
        if (Boolean.getBoolean("tiercel.write-docs")) {
            Files.writeString(file, page);
        }
        assertEquals(Files.readString(file), page.toString());
    }

    private static IncidentNotification incident() {
        var incident = IncidentFixtures.incident(Priority.CRITICAL, Map.of("team", "payments"));
        return new IncidentNotification(
                incident,
                NotificationState.of(incident, Optional.empty(), Optional.empty()),
                Optional.empty(),
                NotificationRecord.initial(Subject.incident(incident.id()), "test"),
                NOW);
    }

    private static GroupNotification group() {
        GroupSummary group = new GroupSummary(
                "soc-mb3k2x1a-0123456789abcdef0123",
                GroupSummary.Dimension.RULE,
                "Terminal shell in container",
                Priority.CRITICAL,
                true,
                42,
                40,
                97,
                NOW.minusSeconds(60),
                NOW,
                List.of(new GroupSummary.Cause(
                        "0123456789abcdef01234567",
                        "Terminal shell in container",
                        "shop/cart",
                        "/tmp/x",
                        Priority.CRITICAL,
                        7,
                        true)));
        return new GroupNotification(group, NotificationRecord.initial(Subject.group(group.id()), "test"), NOW);
    }

    private void section(String title, String text) {
        page.append("\n## ").append(title).append("\n\n").append(text).append('\n');
    }

    private void text(String title, String text) {
        block(title, "text", text);
    }

    private void json(String title, JsonNode document) throws JsonProcessingException {
        block(title, "json", PRETTY.writeValueAsString(document));
    }

    private void block(String title, String language, String text) {
        page.append('\n')
                .append(title)
                .append(":\n\n```")
                .append(language)
                .append('\n')
                .append(text.strip())
                .append("\n```\n");
    }
}
