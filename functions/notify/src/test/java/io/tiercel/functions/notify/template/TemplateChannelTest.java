package io.tiercel.functions.notify.template;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.quarkus.qute.TemplateException;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.config.InvalidConfiguration;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notify.NotificationSamples;
import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class TemplateChannelTest {
    @RegisterExtension
    static final WireMockExtension SERVICE = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private final Incident incident = NotificationSamples.incident(IncidentState.OPEN, Priority.CRITICAL, 3);

    private static String address() {
        return "http://127.0.0.1:" + SERVICE.getPort() + "/s3cr3t-path";
    }

    private static NotificationChannel channel(String settings) {
        return TemplateFiles.open(settings, address(), "t0ken-hunter2");
    }

    private static LoggedRequest last() {
        return SERVICE.getAllServeEvents().getFirst().getRequest();
    }

    @Test
    void a_template_of_ones_own_is_rendered_and_sent() {
        SERVICE.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(208)));
        try (NotificationChannel channel = channel("""
            address: test:address
            method: PUT
            path: "/incidents/{id}?event={event}"
            headers: {Authorization: "Token ${test:key};v=1", X-Team: soc}
            accept: [208]
            edits: true
            text: exact
            incident-body: |
              {"title": "{headline}", "count": {incident.count}, "all": {document},
               "labels": "{incident.enrichment['enrich.label[team]'] ?: 'none'}{incident.enrichment['enrich.pod.name']}",
               "steps": [{#for step in response.steps}"{step}"{#if step_hasNext},{/if}{/for}]}
            group-body: '{"title": "{headline}"}'
            """)) {
            // The sample of the check has no response in half of the cases, so the loop needs a condition.
            throw new AssertionError("loaded " + channel);
        } catch (InvalidConfiguration e) {
            assertTrue(String.valueOf(e.getMessage()).contains("for the event opened"), e.getMessage());
        }
        try (NotificationChannel channel = channel("""
            address: test:address
            method: PUT
            path: "/incidents/{id}?event={event}"
            headers: {Authorization: "Token ${test:key};v=1", X-Team: soc}
            accept: [208]
            edits: true
            text: exact
            incident-body: |
              {"title": "{headline}", "count": {incident.count}, "all": {document},
               "labels": "{incident.enrichment['enrich.label[team]'] ?: 'none'}{incident.enrichment['enrich.pod.name']}",
               "steps": [{#if response}{#for step in response.steps}"{step}"{#if step_hasNext},{/if}{/for}{/if}]}
            group-body: '{"title": "{headline}"}'
            """)) {
            assertEquals(new DeliveryResult.Sent(), channel.send(NotificationSamples.first(incident)));
            assertEquals(8, channel.nextCount(7));
        }
        LoggedRequest request = last();
        assertEquals("PUT", request.getMethod().getName());
        assertEquals("/s3cr3t-path/incidents/" + incident.id() + "?event=opened", request.getUrl());
        assertEquals("Token t0ken-hunter2;v=1", request.getHeader("Authorization"));
        assertEquals("soc", request.getHeader("X-Team"));
        assertEquals("application/json", request.getHeader("Content-Type"));
        var body = TemplateFiles.json(request.getBodyAsString());
        assertEquals(
                "3 times: Critical: Terminal shell in container",
                body.get("title").textValue());
        assertEquals(3, body.get("count").intValue());
        assertEquals("none", body.get("labels").textValue());
        assertEquals(incident.id(), body.at("/all/incident/id").textValue());
        assertEquals(
                "pod:isolate on pod shop/cart-5f7: waiting", body.at("/steps/0").textValue());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {incident.nope}                                   | "nope" not found
        {nope}                                            | not found
        {incident.rule.length}                            | not found
        {incident.rule.getClass}                          | not found
        {incident.rule.cut(incident.count)}               | cut requires a number
        {incident.enrichment['enrich.nope']}              | not found
        {incident.enrichment['enrich.label']}             | not found
        {document.getClass}                               | not found
        {incident.tactics.get(0)}                         | not found
        {incident.rule.raw}                               | not found
        {incident.rule.safe}                              | not found
        {#for i in 1000000000}x{/for}                     | a loop requires a list
        {#for i in incident.count}x{/for}                 | for the event opened
        {#include other}{/include}                        | invalid template
        {#eval incident.rule /}                           | invalid template
        {#insert x}{/insert}                              | invalid template
        {inject:thing.value}                              | namespace
        {#if incident.rule}x                              | invalid template
        """)
    void only_the_model_can_be_read(String template, String expected) {
        String message = String.valueOf(assertThrows(
                        InvalidConfiguration.class,
                        () -> TemplateFiles.open(
                                """
                                address: test:address
                                incident-body: '{"text": "%s"}'
                                group-body: '{"text": "{headline}"}'
                                """.formatted(template.replace("'", "''")), "https://example.com", "k"))
                .getMessage());
        assertTrue(message.contains(expected), message);
        assertTrue(message.startsWith("n.yaml:5:20: "), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\": {incident.rule}}",
                "{\"text\": \"{incident.rule}}",
                "{\"text\": \"{incident.rule}\"",
                "{\"a\": 1} {\"b\": 2}",
                "{#if event == 'closed'}{\"a\": }{#else}{\"a\": 1}{/if}",
                "{#if event == 'opened'}{\"a\": 1}{/if}"
            })
    void a_template_that_renders_no_valid_document_is_rejected(String template) {
        String message = String.valueOf(assertThrows(
                        InvalidConfiguration.class,
                        () -> TemplateFiles.open(
                                """
                                address: test:address
                                incident-body: '%s'
                                group-body: '{"text": "{headline}"}'
                                """.formatted(template.replace("'", "''")), "https://example.com", "k"))
                .getMessage());
        assertTrue(message.contains("the template rendered"), message);
        assertFalse(message.contains("Exception"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {#for a in l}{#for b in l}{#for c in l}{#for d in l}{#for e in l}{/for}{/for}{/for}{/for}{/for} | takes too long
        {#for a in l}{#for b in l}{#for c in l}{#for d in l}xxxxx{/for}{/for}{/for}{/for}               | 262144 bytes
        {#for a in l}{long}{/for}                                                                       | 262144 bytes
        """)
    void nested_loops_and_long_output_are_stopped(String text, String expected) {
        MessageTemplate template = MessageTemplate.compile(text, Escaping.TEXT);
        Map<String, Object> model = Map.of("l", Collections.nCopies(200, "x"), "long", "y".repeat(2_000));
        long start = System.nanoTime();
        String message = String.valueOf(assertThrows(TemplateException.class, () -> template.render(model))
                .getMessage());
        assertTrue(message.contains(expected), message);
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 5);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        preset: nope                             | unknown preset "nope"; use one of discord, google-chat, mattermost, opsgenie, splunk-hec
        method: DELETE                           | unknown method
        text: html                               | unknown text
        content-type: application/octet-stream   | texts cannot be escaped for this content type
        headers: {Host: x}                       | the header "Host" cannot be set
        headers: {Content-Type: x}               | the header "Content-Type" cannot be set
        headers: {A: "${test:a}${test:b}"}       | this is not the value of a header
        headers: {A: "${hunter2}"}               | this is not a reference to a secret
        headers: {A: "${key}"}                   | key is missing
        accept: [99]                             | "99" is out of range
        interval: 2h                             | "2h" is out of range
        edits: perhaps                           | expected a Boolean
        address: http://example.com              | this is not a reference to a secret
        """)
    void invalid_settings_are_rejected(String setting, String expected) {
        String key = setting.substring(0, setting.indexOf(':') + 1);
        String base = """
            address: test:address
            incident-body: '{"a": 1}'
            group-body: '{"a": 1}'
            """.lines().filter(line -> !line.startsWith(key)).reduce("", (a, b) -> a + b + "\n");
        String message = String.valueOf(assertThrows(
                        InvalidConfiguration.class,
                        () -> TemplateFiles.open(base + setting + "\n", "https://x.test", "k"))
                .getMessage());
        assertTrue(message.contains(expected), message);
        assertFalse(message.contains("hunter2"), message);
    }

    @Test
    void failures_are_described_without_secrets() {
        try (NotificationChannel channel = channel("""
            preset: opsgenie
            address: test:address
            key: test:key
            """)) {
            SERVICE.stubFor(any(anyUrl())
                    .willReturn(aResponse().withStatus(422).withBody("no /s3cr3t-path for GenieKey t0ken-hunter2")));
            String rejected = assertInstanceOf(
                            DeliveryResult.Rejected.class, channel.send(NotificationSamples.first(incident)))
                    .reason();
            assertFalse(rejected.contains("s3cr3t") || rejected.contains("hunter2"), rejected);
            SERVICE.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(429).withHeader("Retry-After", "9")));
            assertEquals(
                    Duration.ofSeconds(9),
                    assertInstanceOf(DeliveryResult.Retry.class, channel.send(NotificationSamples.first(incident)))
                            .after());
            assertFalse(channel.toString().contains("s3cr3t"));
        }
    }

    /** The values of a path come from an attacker. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {incident.rule}/x           | does not start with /, ? or &
        .{incident.rule}            | does not start with /, ? or &
        @{incident.rule}            | does not start with /, ? or &
        :{incident.count}           | does not start with /, ? or &
        """)
    void a_path_that_could_change_the_host_is_rejected(String path, String expected) {
        String message = String.valueOf(assertThrows(
                        InvalidConfiguration.class,
                        () -> TemplateFiles.open("""
                                address: https://example.com
                                path: "%s"
                                incident-body: '{"a": 1}'
                                group-body: '{"a": 1}'
                                """.formatted(path), "https://example.com", "k"))
                .getMessage());
        assertTrue(message.contains(expected), message);
    }

    /** The server of these tests refuses such paths by itself. */
    @Test
    void a_value_of_a_path_names_no_folder() {
        assertEquals("..%2F..%2Fadmin", Escaping.URL.text("../../admin"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        .evil.example  | /.evil.example/close
        ..             | /%2E%2E/close
        .              | /%2E/close
        @evil.example  | /%40evil.example/close
        """)
    void a_value_stays_in_its_place_of_the_path(String rule, String expected) {
        SERVICE.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
        Incident hostile = SingleIncidentStore.incidentOf(
                AlertText.read(AlertText.shellInPod().put("rule", rule)), 1);
        String settings = """
            address: test:address
            path: "%s"
            text: exact
            incident-body: '{"a": 1}'
            group-body: '{"a": 1}'
            """;
        try (NotificationChannel channel =
                channel(settings.formatted("/{#if kind == 'incident'}{incident.rule}{/if}/close"))) {
            assertEquals(new DeliveryResult.Sent(), channel.send(NotificationSamples.first(hostile)));
        }
        assertEquals("/s3cr3t-path" + expected, last().getUrl());
        SERVICE.resetRequests();
        // The samples have another rule, so that the beginning shows in a message only.
        String hidden = "{#if kind == 'incident'}{#if incident.rule == '" + rule + "'}{incident.rule}{/if}{/if}/x";
        try (NotificationChannel channel = channel(settings.formatted(hidden))) {
            assertInstanceOf(DeliveryResult.Rejected.class, channel.send(NotificationSamples.first(hostile)));
        }
        assertTrue(SERVICE.getAllServeEvents().isEmpty());
    }

    @Test
    void presets_have_limits_that_fit_their_service() {
        assertEquals(ChannelLimits.PAGING, TemplateFiles.limits("{type: template, preset: opsgenie, key: test:k}"));
        assertEquals(
                ChannelLimits.UNLIMITED,
                TemplateFiles.limits("{type: template, preset: splunk-hec, address: test:a, key: test:k}"));
        assertEquals(ChannelLimits.DEFAULT, TemplateFiles.limits("{type: template, preset: discord, address: test:a}"));
    }

    @Test
    void the_samples_have_the_structure_of_real_documents() {
        var real = TemplateModel.of(NotificationSamples.first(incident), text -> text);
        for (var sample : TemplateSamples.incidents(text -> text)) {
            assertEquals(real.keySet(), sample.keySet());
            assertEquals(keys(real, "incident"), keys(sample, "incident"));
        }
        var group = TemplateModel.of(NotificationSamples.first(NotificationSamples.group("r", 20, 20)), text -> text);
        for (var sample : TemplateSamples.groups(text -> text)) {
            assertEquals(group.keySet(), sample.keySet());
            assertEquals(keys(group, "group"), keys(sample, "group"));
            assertEquals(top(group), top(sample));
        }
    }

    private static Object keys(Map<String, Object> model, String key) {
        return ((Map<?, ?>) Objects.requireNonNull(model.get(key))).keySet();
    }

    private static Object top(Map<String, Object> model) {
        var group = (Map<?, ?>) Objects.requireNonNull(model.get("group"));
        return ((Map<?, ?>) ((List<?>) Objects.requireNonNull(group.get("top"))).getFirst()).keySet();
    }
}
