package io.tiercel.functions.notify;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.file.ChannelContext;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.notify.terminal.TerminalChannel;
import io.tiercel.functions.secret.SecretResolver;
import io.tiercel.rules.alert.Priority;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Compares docs/notification-messages.md with the messages that the channels send. Run with {@code -Dtiercel.write-docs=true} to write the
 * page.
 */
@Tag("unit")
class MessagePageTest {
    private static final ObjectWriter PRETTY = Json.MAPPER.writer(SerializationFeature.INDENT_OUTPUT);
    private static final Incident OPEN = NotificationSamples.incident(IncidentState.OPEN, Priority.WARNING, 1);
    private static final Incident CRITICAL = NotificationSamples.incident(IncidentState.OPEN, Priority.CRITICAL, 12);
    private static final Incident CLOSED = NotificationSamples.incident(IncidentState.CLOSED, Priority.CRITICAL, 12);

    @RegisterExtension
    static final WireMockExtension SERVICE = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private final StringBuilder page = new StringBuilder("""
            # See the messages of each channel

            After reading this page, you know what people receive on each channel. A test writes the texts below from the channels
            themselves. [notifications.md](notifications.md) describes when a message is sent, [channels.md](channels.md) how to set up a
            channel.
            """);

    private static GroupSummary group(long incidents, long open) {
        return GroupMessages.group(
                incidents,
                open,
                Priority.CRITICAL,
                "Terminal shell in container",
                List.of(
                        new GroupSummary.Cause(
                                "0123456789abcdef01234567",
                                "Terminal shell in container",
                                "shop/cart",
                                "/tmp/x",
                                Priority.CRITICAL,
                                7,
                                open > 0),
                        new GroupSummary.Cause(
                                "76543210fedcba9876543210",
                                "Terminal shell in container",
                                "node-7",
                                "",
                                Priority.NOTICE,
                                1,
                                false)));
    }

    @Test
    void the_page_shows_what_the_channels_send() throws IOException {
        SERVICE.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(202)));
        terminal();
        slack();
        pagerDuty();
        teams();
        documents();
        Path file = Path.of("../../docs/notification-messages.md");
        if (Boolean.getBoolean("tiercel.write-docs")) {
            Files.writeString(file, page);
        }
        assertEquals(Files.readString(file), page.toString());
    }

    private void section(String title, String text) {
        page.append("\n## ").append(title).append("\n\n").append(text).append('\n');
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

    private void terminal() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        TerminalChannel terminal = new TerminalChannel(out, ZoneOffset.UTC);
        sequence(terminal);
        section(
                "Terminal",
                "One line for each message. From more than fifty incidents of one kind in a minute, one line for the group.");
        block(
                "An incident opens, becomes more urgent and is closed, and so does a group",
                "text",
                bytes.toString(StandardCharsets.UTF_8));
    }

    private void slack() throws IOException {
        section(
                "Slack",
                "The text of the root message, which is edited. Buttons and the menu *Silence* are not shown here. An incoming webhook"
                        + " posts the same messages again instead of editing them.");
        for (String title : List.of("An incident", "A group of incidents", "A group whose incidents are closed")) {
            SERVICE.resetRequests();
            try (NotificationChannel hook = open("{type: slack-webhook, address: 'file:%s'}")) {
                switch (title) {
                    case "An incident" -> hook.send(NotificationSamples.first(CRITICAL));
                    case "A group of incidents" -> hook.sendGroup(first(group(42, 40)));
                    default -> hook.sendGroup(NotificationSamples.after(42, false, group(42, 0)));
                }
            }
            StringBuilder text = new StringBuilder();
            for (JsonNode block : bodies().getFirst().path("blocks")) {
                text.append(block.at("/text/text").asText());
                block.path("fields")
                        .forEach(
                                field -> text.append(field.path("text").asText().replace("*\n", "*  "))
                                        .append('\n'));
                block.path("elements")
                        .forEach(element -> text.append(element.path("text").asText()));
                text.append("\n\n");
            }
            block(title, "text", text.toString().replaceAll("\n{3,}", "\n\n"));
        }
    }

    private void pagerDuty() throws IOException {
        section("PagerDuty", "The events of Events API v2, without the routing key.");
        SERVICE.resetRequests();
        try (NotificationChannel pager =
                open("{type: pagerduty, routing-key: 'file:%s', service: '" + address() + "'}")) {
            pager.send(NotificationSamples.first(OPEN));
            pager.send(NotificationSamples.after(OPEN, CRITICAL));
            pager.send(NotificationSamples.after(CRITICAL, CLOSED));
            pager.sendGroup(first(group(42, 40)));
        }
        List<String> titles = List.of(
                "An incident opens", "It escalates, which pages again", "It is closed", "A group of incidents opens");
        List<JsonNode> events = bodies();
        for (int i = 0; i < titles.size(); i++) {
            ((ObjectNode) events.get(i)).remove("routing_key");
            block(titles.get(i), "json", PRETTY.writeValueAsString(events.get(i)));
        }
    }

    private void teams() throws IOException {
        section(
                "Microsoft Teams",
                "The text of the Adaptive Cards. The first line is large and has the color of the priority.");
        SERVICE.resetRequests();
        try (NotificationChannel teams = open("{type: teams, address: 'file:%s'}")) {
            teams.send(NotificationSamples.first(CRITICAL));
            teams.sendGroup(first(group(42, 40)));
        }
        List<String> titles = List.of("An incident", "A group of incidents");
        List<JsonNode> cards = bodies();
        for (int i = 0; i < titles.size(); i++) {
            StringBuilder text = new StringBuilder();
            for (JsonNode block : cards.get(i).at("/attachments/0/content/body")) {
                block.path("inlines")
                        .forEach(run -> text.append(run.path("text").asText()));
                text.append('\n');
            }
            block(titles.get(i), "text", text.toString());
        }
    }

    /** The services that receive one document for each message. */
    private void documents() throws IOException {
        document("Alertmanager", "{type: alertmanager, addresses: ['" + address() + "']}");
        document("Discord", "{type: template, preset: discord, address: 'file:%s'}");
        document("Mattermost", "{type: template, preset: mattermost, address: 'file:%s'}");
        document("Google Chat", "{type: template, preset: google-chat, address: 'file:%s'}");
        document("Opsgenie", "{type: template, preset: opsgenie, address: 'file:%1$s', key: 'file:%1$s'}");
        document("Splunk HEC", "{type: template, preset: splunk-hec, address: 'file:%1$s', key: 'file:%1$s'}");
    }

    private void document(String service, String settings) throws IOException {
        section(service, "The document that is posted.");
        SERVICE.resetRequests();
        try (NotificationChannel channel = open(settings)) {
            channel.send(NotificationSamples.first(CRITICAL));
        }
        block("An incident opens", "json", PRETTY.writeValueAsString(bodies().getFirst()));
    }

    private static void sequence(NotificationChannel channel) {
        List<Consumer<NotificationChannel>> messages = List.of(
                open -> open.send(NotificationSamples.first(OPEN)),
                open -> open.send(NotificationSamples.after(OPEN, CRITICAL)),
                open -> open.send(NotificationSamples.after(CRITICAL, CLOSED)),
                open -> open.sendGroup(first(group(3, 3))),
                open -> open.sendGroup(NotificationSamples.after(3, false, group(42, 40))),
                open -> open.sendGroup(NotificationSamples.after(42, false, group(42, 0))));
        messages.forEach(message -> message.accept(channel));
    }

    private static GroupNotification first(GroupSummary group) {
        return NotificationSamples.first(group);
    }

    private static String address() {
        return "http://127.0.0.1:" + SERVICE.getPort();
    }

    /** Opens a channel whose secret is a file with a key or an address. */
    private static NotificationChannel open(String settings) throws IOException {
        Path secret = Files.createTempFile("secret", "");
        Files.writeString(
                secret, settings.contains("pagerduty") ? "0123456789abcdef0123456789abcdef" : address() + "/hook");
        NotificationFile file = NotificationFile.read(
                "n.yaml",
                "channels: {c: " + settings.formatted(secret.toAbsolutePath()) + "}",
                SecretResolver.forFilesAndEnvironment(() -> NotificationSamples.NOW),
                HttpChannelTypes.ALL);
        return Objects.requireNonNull(file.channels().get("c"))
                .opener()
                .open(new ChannelContext(ButtonSigner.NO_BUTTONS, () -> NotificationSamples.NOW));
    }

    private static List<JsonNode> bodies() {
        return SERVICE.getAllServeEvents().reversed().stream()
                .map(event -> {
                    try {
                        return Json.MAPPER.readTree(event.getRequest().getBody());
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }
}
