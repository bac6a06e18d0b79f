package io.tiercel.functions.channels.contract;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** The services that need nothing but HTTP. */
final class WebServices {
    private WebServices() {}

    static List<Service> all(Path folder) {
        return List.of(
                new Webhook(folder),
                new SlackHook(folder),
                new Slack(folder),
                new PagerDuty(folder),
                new Teams(folder),
                new Alertmanager(folder),
                new Template(folder));
    }

    private static final class Webhook extends HttpService {
        private final Path folder;

        Webhook(Path folder) {
            super("webhook");
            this.folder = folder;
        }

        @Override
        public String settings() {
            return "address: " + secret(folder, "webhook", address() + "/" + SECRET) + ", key: "
                    + secret(folder, "webhook-key", SECRET);
        }

        @Override
        ResponseDefinitionBuilder accept() {
            return aResponse().withStatus(204);
        }

        @Override
        String text(LoggedRequest request) throws Exception {
            assertNotNull(request.getHeader("Tiercel-Signature"));
            return texts(JSON.readTree(request.getBody()));
        }
    }

    private static final class SlackHook extends HttpService {
        private final Path folder;

        SlackHook(Path folder) {
            super("slack-webhook");
            this.folder = folder;
        }

        @Override
        public String settings() {
            return "address: " + secret(folder, "slack-hook", address() + "/" + SECRET);
        }

        @Override
        ResponseDefinitionBuilder accept() {
            return aResponse().withStatus(200).withBody("ok");
        }

        @Override
        String text(LoggedRequest request) throws Exception {
            JsonNode message = JSON.readTree(request.getBody());
            assertNoMention(texts(message));
            return texts(message);
        }
    }

    private static final class Slack extends HttpService {
        private final Path folder;

        Slack(Path folder) {
            super("slack");
            this.folder = folder;
        }

        @Override
        public String settings() {
            return "token: " + secret(folder, "slack-token", "xoxb-" + SECRET) + ", conversation: C0123ABCD, api: "
                    + address() + "/api/";
        }

        @Override
        ResponseDefinitionBuilder accept() {
            return okJson("{\"ok\":true,\"channel\":\"C0123ABCD\",\"ts\":\"1700000000.000100\",\"messages\":[]}");
        }

        @Override
        ResponseDefinitionBuilder reject() {
            return okJson("{\"ok\":false,\"error\":\"channel_not_found\"}");
        }

        @Override
        String text(LoggedRequest request) {
            String text = request.formParameters().values().stream()
                    .map(parameter -> parameter.firstValue())
                    .reduce("", (all, value) -> all + "\n" + value);
            assertNoMention(text);
            return text;
        }
    }

    private static final class PagerDuty extends HttpService {
        private final Path folder;

        PagerDuty(Path folder) {
            super("pagerduty");
            this.folder = folder;
        }

        @Override
        public String settings() {
            return "routing-key: " + secret(folder, "routing-key", SECRET + "0".repeat(32 - SECRET.length()))
                    + ", service: " + address();
        }

        @Override
        ResponseDefinitionBuilder accept() {
            return aResponse().withStatus(202).withBody("{\"status\":\"success\"}");
        }

        @Override
        ResponseDefinitionBuilder reject() {
            return aResponse().withStatus(400).withBody("{\"status\":\"invalid event\"}");
        }

        @Override
        String text(LoggedRequest request) throws Exception {
            JsonNode event = JSON.readTree(request.getBody());
            assertTrue(List.of("trigger", "acknowledge", "resolve")
                    .contains(event.path("event_action").asText()));
            assertTrue(event.path("dedup_key").asText().length() <= 255);
            assertEquals("/v2/enqueue", request.getUrl());
            return texts(event);
        }
    }

    private static final class Teams extends HttpService {
        private final Path folder;

        Teams(Path folder) {
            super("teams");
            this.folder = folder;
        }

        @Override
        public String settings() {
            return "address: " + secret(folder, "teams", address() + "/" + SECRET);
        }

        @Override
        ResponseDefinitionBuilder accept() {
            return aResponse().withStatus(202);
        }

        @Override
        String text(LoggedRequest request) throws Exception {
            assertTrue(request.getBody().length <= 28 * 1024);
            JsonNode attachment = JSON.readTree(request.getBody()).at("/attachments/0");
            assertEquals("AdaptiveCard", attachment.at("/content/type").asText());
            return texts(attachment);
        }
    }

    private static final class Alertmanager extends HttpService {
        private final Path folder;

        Alertmanager(Path folder) {
            super("alertmanager");
            this.folder = folder;
        }

        @Override
        public String settings() {
            return "addresses: [\"" + address() + "\"], token: " + secret(folder, "alertmanager", SECRET);
        }

        @Override
        ResponseDefinitionBuilder accept() {
            return aResponse().withStatus(200);
        }

        @Override
        String text(LoggedRequest request) throws Exception {
            JsonNode alert = JSON.readTree(request.getBody()).path(0);
            assertTrue(alert.path("labels").hasNonNull("alertname"));
            boolean resolved = Instant.parse(alert.path("endsAt").asText()).isBefore(Instant.now());
            return texts(alert) + (resolved ? "resolved" : "firing");
        }
    }

    private static final class Template extends HttpService {
        private final Path folder;

        Template(Path folder) {
            super("template");
            this.folder = folder;
        }

        @Override
        public String settings() {
            return "preset: discord, address: " + secret(folder, "discord", address() + "/" + SECRET);
        }

        @Override
        ResponseDefinitionBuilder accept() {
            return aResponse().withStatus(204);
        }

        @Override
        String text(LoggedRequest request) throws Exception {
            JsonNode message = JSON.readTree(request.getBody());
            assertTrue(message.path("allowed_mentions").path("parse").isEmpty());
            return texts(message);
        }
    }

    private static void assertNoMention(String text) {
        assertTrue(!text.contains("<!") && !text.contains("<@"), text);
    }
}
