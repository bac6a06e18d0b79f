package io.tiercel.functions.notify.slack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.InMemoryAuditLog;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.interact.ActionRejectedException;
import io.tiercel.functions.interact.HmacButtonSigner;
import io.tiercel.functions.interact.IncidentActions;
import io.tiercel.functions.interact.SilenceActions;
import io.tiercel.functions.interact.SilenceOption;
import io.tiercel.functions.interact.TokenReplayGuard;
import io.tiercel.functions.notification.ButtonAction;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.SilenceScope;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.notification.file.InteractionConfig;
import io.tiercel.functions.notification.silence.ActiveSilences;
import io.tiercel.functions.notification.silence.Silence;
import io.tiercel.functions.notification.silence.SilenceStatus;
import io.tiercel.functions.notification.silence.Silences;
import io.tiercel.functions.notify.InteractionEndpoint;
import io.tiercel.functions.notify.NotificationSamples;
import io.tiercel.functions.notify.http.InboundRequest;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.functions.secret.HmacSha256;
import io.tiercel.functions.secret.Secret;
import io.tiercel.rules.alert.Priority;
import java.lang.reflect.Proxy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The menu "Silence" of a message, from the message to the silence and its end. */
@Tag("unit")
class SlackSilenceTest {
    private static final String SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
    private static final Duration BUTTONS_VALID = Duration.ofHours(1);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Incident incident = NotificationSamples.incident(IncidentState.OPEN, Priority.WARNING, 3);
    private final List<SlackReply> replies = new ArrayList<>();
    private final Set<String> usedTokens = new HashSet<>();
    private final List<String> published = new ArrayList<>();
    private final InMemoryAuditLog audit = new InMemoryAuditLog();
    private final InteractionConfig config =
            new InteractionConfig(secret(SIGNING_SECRET), null, secret("key"), BUTTONS_VALID, Set.of("UALICE", "UBOB"));
    private final HmacButtonSigner signer = new HmacButtonSigner(secret("key"), BUTTONS_VALID, true, () -> now);
    private final ActiveSilences active =
            new ActiveSilences(List.of(), new InMemoryStateStore(), () -> now, line -> {});
    private final Silences silences = new Silences(active, audit, (id, change) -> published.add(id), () -> now);
    private final InteractionEndpoint endpoint = endpoint();

    private Secret secret(String value) {
        return new Secret("x", () -> value, () -> now);
    }

    /** Only {@code find} is called. */
    private IncidentStore incidents() {
        return (IncidentStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {IncidentStore.class}, (proxy, method, arguments) -> {
                    assertEquals("find", method.getName());
                    return Optional.of(incident).filter(found -> found.id().equals(arguments[0]));
                });
    }

    private InteractionEndpoint endpoint() {
        Responder responder = (Responder) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Responder.class}, (proxy, method, arguments) -> {
                    throw new AssertionError(method);
                });
        return InteractionEndpoint.create(
                config,
                new IncidentActions(
                        incidents(),
                        new SingleIncidentStore(),
                        responder,
                        (closed, by) -> {},
                        audit,
                        (id, change) -> {},
                        () -> now),
                new SilenceActions(incidents(), silences),
                new TokenReplayGuard() {
                    @Override
                    public boolean used(String token) {
                        return usedTokens.contains(token);
                    }

                    @Override
                    public boolean use(String token, Instant until) {
                        return usedTokens.add(token);
                    }
                },
                (url, reply) -> replies.add(reply),
                () -> now);
    }

    private JsonNode message() {
        return SlackMessage.root(NotificationSamples.first(incident), InteractionEndpoint.buttons(config, () -> now))
                .payload();
    }

    private List<String> options() {
        List<String> values = new ArrayList<>();
        for (JsonNode block : message().get("blocks")) {
            block.path("elements")
                    .forEach(element -> element.path("options")
                            .forEach(option -> values.add(option.get("value").textValue())));
        }
        return values;
    }

    private InboundRequest request(String user, String key, String value) {
        ObjectNode payload = JsonMapper.builder().build().createObjectNode();
        payload.put("type", "block_actions").put("response_url", "https://hooks.slack.com/actions/x");
        payload.putObject("user").put("id", user);
        payload.putObject("message").put("ts", "1700000000.000100");
        ObjectNode action = payload.putArray("actions").addObject();
        (key.equals("value") ? action : action.putObject(key)).put("value", value);
        String body = "payload=" + URLEncoder.encode(payload.toString(), StandardCharsets.UTF_8);
        String seconds = Long.toString(now.getEpochSecond());
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String signature =
                HmacSha256.hex(SIGNING_SECRET, ("v0:" + seconds + ":").getBytes(StandardCharsets.UTF_8), bytes);
        return new InboundRequest(
                "POST",
                "/interact/slack",
                Map.of("x-slack-request-timestamp", seconds, "x-slack-signature", "v0=" + signature),
                bytes);
    }

    private SlackReply choose(String user, String value) {
        now = now.plusSeconds(1);
        assertEquals(
                200, endpoint.handle(request(user, "selected_option", value)).status());
        return replies.getLast();
    }

    private List<Silence> listed() {
        return silences.list().stream().map(SilenceStatus::silence).toList();
    }

    @Test
    void the_menu_respects_the_limits_of_block_kit() {
        SlackLimits.check(message());
        assertEquals(SilenceScope.DURATIONS.size(), options().size());
        incident = NotificationSamples.incident(IncidentState.CLOSED, Priority.WARNING, 3);
        assertEquals(List.of(), options(), "nothing to silence");
        HmacButtonSigner nobody = new HmacButtonSigner(secret("key"), BUTTONS_VALID, false, () -> now);
        assertEquals(
                Optional.empty(),
                nobody.signSilence(incident.id(), new SilenceScope(Priority.DEBUG, false, false, ""), BUTTONS_VALID));
    }

    @Test
    void an_approver_silences_for_the_chosen_time_and_another_ends_it() {
        List<String> options = options();
        for (int i = 0; i < options.size(); i++) {
            SlackReply reply = choose("UALICE", options.get(i));
            Silence silence = listed().getFirst();
            assertEquals(1, listed().size(), "the last choice counts");
            assertEquals(now.plus(SilenceScope.DURATIONS.get(i)), silence.until());
            assertEquals("slack:UALICE", silence.owner());
            JsonNode payload = reply.payload();
            SlackLimits.check(payload);
            assertEquals("in_channel", payload.get("response_type").textValue());
            assertEquals("1700000000.000100", payload.get("thread_ts").textValue());
            assertFalse(payload.get("replace_original").booleanValue());
            String text = payload.get("text").textValue();
            assertTrue(text.startsWith("slack:UALICE silenced this incident until 2026-01-0"), text);
        }
        NotificationState state = NotificationState.of(incident, Optional.empty(), Optional.empty());
        assertTrue(active.silenced(incident, state, now).isPresent());
        String end =
                replies.getLast().payload().at("/blocks/1/elements/0/value").textValue();
        // Longer than other buttons are valid.
        now = now.plus(Duration.ofDays(2));
        assertEquals(200, endpoint.handle(request("UMALLORY", "value", end)).status());
        assertTrue(replies.getLast().text().contains("not listed as an approver"));
        assertEquals(1, listed().size());
        assertEquals(200, endpoint.handle(request("UBOB", "value", end)).status());
        SlackLimits.check(replies.getLast().payload());
        assertTrue(replies.getLast().text().startsWith("slack:UBOB: The silence has ended"));
        assertEquals(List.of(), listed());
        assertEquals(List.of(incident.id()), published);
        String log = audit.entriesFor(incident.id(), 10).stream()
                .map(AuditRecord::line)
                .collect(Collectors.joining());
        assertTrue(log.contains("slack:UALICE") && log.contains("slack:UBOB"), log);
    }

    @Test
    void other_users_forged_and_expired_options_are_rejected() {
        String valid = options().getFirst();
        assertTrue(choose("UMALLORY", valid).text().contains("not listed as an approver"));
        for (int i = 0; i < valid.length(); i++) {
            char other = valid.charAt(i) == 'A' ? 'B' : 'A';
            String changed = valid.substring(0, i) + other + valid.substring(i + 1);
            assertTrue(choose("UALICE", changed).text().startsWith("Rejected: "), changed);
        }
        HmacButtonSigner forger = new HmacButtonSigner(secret("another key"), BUTTONS_VALID, true, () -> now);
        SilenceScope scope = new SilenceScope(Priority.EMERGENCY, true, true, "");
        String forged =
                forger.signSilence(incident.id(), scope, Duration.ofHours(200)).orElseThrow();
        assertTrue(choose("UALICE", forged).text().contains("invalid signature"));
        String mixed = forged.substring(0, forged.lastIndexOf('.')) + valid.substring(valid.lastIndexOf('.'));
        assertTrue(choose("UALICE", mixed).text().contains("invalid signature"));
        for (String nonsense :
                List.of("", "s1", "s1.", "s1..", "s1.a.b.c", "s1.****.x", "v1.e30.x", "s1." + "A".repeat(60_000))) {
            assertTrue(choose("UALICE", nonsense).text().startsWith("Rejected: "), nonsense);
        }
        // A button is no option, and an option is no button.
        String button = signer.sign(ButtonAction.ACKNOWLEDGE, incident.id(), "").orElseThrow();
        assertThrows(ActionRejectedException.class, () -> signer.verifySilence("s1" + button.substring(2)));
        assertThrows(ActionRejectedException.class, () -> signer.verify("v1" + valid.substring(2)));
        now = now.plus(BUTTONS_VALID);
        assertTrue(choose("UALICE", valid).text().contains("the menu has expired"));
        assertEquals(List.of(), listed());
    }

    @Test
    void a_replayed_request_does_not_silence_again() {
        InboundRequest request = request("UALICE", "selected_option", options().getFirst());
        assertEquals(200, endpoint.handle(request).status());
        silences.end(listed().getFirst().id(), "slack:UBOB");
        assertEquals(409, endpoint.handle(request).status());
        assertEquals(List.of(), listed());
    }

    @Test
    void closed_and_unknown_incidents_are_not_silenced() {
        String option = options().getFirst();
        incident = NotificationSamples.incident(IncidentState.CLOSED, Priority.WARNING, 3);
        assertTrue(choose("UALICE", option).text().contains("the incident is closed"));
        String unknown = signer.signSilence(
                        "f".repeat(24), new SilenceScope(Priority.WARNING, false, false, ""), BUTTONS_VALID)
                .orElseThrow();
        assertTrue(choose("UALICE", unknown).text().contains("no longer exists"));
        assertEquals(List.of(), listed());
    }

    @Property(tries = 500)
    void an_option_keeps_what_the_message_showed(
            @ForAll Priority priority,
            @ForAll boolean escalated,
            @ForAll boolean verified,
            @ForAll boolean planned,
            @ForAll long random,
            @ForAll @IntRange(min = 1, max = 72) int hours) {
        String digits = "%016x%016x".formatted(random, ~random);
        SilenceScope scope = new SilenceScope(priority, escalated, verified, planned ? digits.substring(3, 15) : "");
        String value = signer.signSilence(digits.substring(0, 24), scope, Duration.ofHours(hours))
                .orElseThrow();
        assertTrue(value.length() <= 75, value);
        SilenceOption option = signer.verifySilence(value);
        assertEquals(
                new SilenceOption(digits.substring(0, 24), scope, Duration.ofHours(hours), now.plus(BUTTONS_VALID)),
                option);
    }
}
