package io.tiercel.functions.incident;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.stage.EnrichStage;
import io.tiercel.rules.alert.AlertLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class EnrichedAlertTest {
    private static final EnrichStage STAGE =
            new EnrichStage(new Enricher("prod", AttackTechniques.load()), IncidentRules.defaults());
    private static final List<String> FIELDS = List.of(
            "fd.name",
            "proc.exepath",
            "proc.name",
            "container.id",
            "container.name",
            "container.image.repository",
            "k8s.ns.name",
            "k8s.pod.name",
            "ec2.instance.id",
            "fd.sip");

    private static EnrichedAlert enriched(JsonNode alert) {
        return assertInstanceOf(EnrichStage.Result.Enriched.class, STAGE.enrich(alert))
                .alert();
    }

    private static EnrichedAlert verified(JsonNode alert) {
        return assertInstanceOf(EnrichStage.Result.Enriched.class, STAGE.enrich(alert, Sender.ofNode("node-7")))
                .alert();
    }

    private static EnrichedAlert roundTrip(EnrichedAlert alert) {
        return EnrichedAlert.parse(AlertText.object(alert.toJson()));
    }

    @Provide
    Arbitrary<String> hostileTexts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(50),
                Arbitraries.of("\u0000", "\ud800", "€", "\"", "/proc/self/", "<NA>", "i-0123456789abcdef0")
                        .flatMap(part -> Arbitraries.integers()
                                .between(1, 4_000)
                                .map(times -> part.repeat(Math.min(times, 4_000 / part.length())))));
    }

    @Property(tries = 200)
    void any_alert_fits_into_a_message_and_is_preserved_in_a_round_trip(
            @ForAll("hostileTexts") String one,
            @ForAll("hostileTexts") String other,
            @ForAll("hostileTexts") String id) {
        ObjectNode alert = AlertText.shellInPod().put("uuid", id);
        ObjectNode fields = (ObjectNode) alert.get("output_fields");
        for (int i = 0; i < FIELDS.size(); i++) {
            fields.put(FIELDS.get(i), i % 2 == 0 ? one : other);
        }
        EnrichedAlert sent = enriched(alert);
        String message = sent.toJson();
        assertTrue(
                message.getBytes(StandardCharsets.UTF_8).length <= AlertLimits.MAX_BYTES,
                () -> message.length() + " characters");
        EnrichedAlert received = roundTrip(sent);
        assertEquals(sent.fingerprint(), received.fingerprint());
        assertEquals(sent.enrichment(), received.enrichment());
        assertEquals(sent.alert().id(), received.alert().id());
        assertEquals(sent.alert().sampleDocument(), received.alert().sampleDocument());
    }

    @Test
    void the_count_of_an_aggregated_alert_is_preserved_with_any_number_of_fields() {
        ObjectNode alert = AlertText.shadowRead();
        ObjectNode fields = (ObjectNode) alert.get("output_fields");
        for (int i = 0; i < 5_000; i++) {
            fields.put("evt.arg.a" + i, "x".repeat(20));
        }
        fields.put("tiercel.count", 9).put("tiercel.last_time", 1_800_000_000_000_000_000L);
        assertEquals(9, roundTrip(verified(alert)).toIncidentAlert().count());
        assertEquals(
                1_800_000_000_000_000_000L,
                roundTrip(verified(alert)).toIncidentAlert().lastNanos());
    }

    /** Otherwise one request of anybody could raise a count by a billion, and escalate the incident. */
    @Test
    void an_alert_of_an_unverified_sender_counts_once_whatever_it_claims() {
        ObjectNode alert = AlertText.with(AlertText.shadowRead(), "proc.name", "cat");
        ((ObjectNode) alert.get("output_fields"))
                .put("tiercel.count", 1_000_000_000)
                .put("tiercel.last_time", 1_800_000_000_000_000_000L);
        IncidentAlert claimed = roundTrip(enriched(alert)).toIncidentAlert();
        assertEquals(1, claimed.count());
        assertEquals(0, claimed.verifiedCount());
        assertEquals(claimed.alert().timeNanos(), claimed.lastNanos());
    }

    @Test
    void oversized_alerts_are_rejected_with_their_size() {
        ObjectNode alert = AlertText.with(AlertText.shadowRead(), "evt.buffer", "x".repeat(AlertLimits.MAX_BYTES));
        AlertRejected oversized = assertThrows(AlertRejected.class, () -> STAGE.enrich(alert));
        assertTrue(oversized.reason().matches("the alert has [0-9]+ bytes; the maximum is 262144"), oversized.reason());
        AlertRejected hostname = assertThrows(
                AlertRejected.class, () -> STAGE.enrich(AlertText.shadowRead().put("hostname", "h".repeat(2_000))));
        assertEquals("hostname has 2000 characters; the maximum is 1024", hostname.reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fingerprint", "enrichment", "alert"})
    void a_message_without_a_required_property_is_rejected(String property) {
        ObjectNode message = AlertText.object(enriched(AlertText.shadowRead()).toJson());
        message.remove(property);
        assertThrows(AlertRejected.class, () -> EnrichedAlert.parse(message));
        message.put(property, 7);
        assertThrows(AlertRejected.class, () -> EnrichedAlert.parse(message));
        message.putObject(property).putArray("host");
        assertThrows(AlertRejected.class, () -> EnrichedAlert.parse(message));
    }

    /** Only the store folds causes. */
    @Test
    void a_folded_fingerprint_is_rejected() {
        ObjectNode message = AlertText.object(enriched(AlertText.shadowRead()).toJson());
        ((ObjectNode) message.get("fingerprint")).put("folded", true);
        assertThrows(AlertRejected.class, () -> EnrichedAlert.parse(message));
    }

    @Test
    void other_documents_are_rejected() {
        assertThrows(AlertRejected.class, () -> EnrichedAlert.parse(null));
        assertThrows(AlertRejected.class, () -> EnrichedAlert.parse(JsonNodeFactory.instance.textNode("x")));
    }

    @Test
    void properties_of_newer_versions_are_ignored() {
        ObjectNode message = AlertText.object(enriched(AlertText.shadowRead()).toJson());
        message.put("added", 1);
        ((ObjectNode) message.get("enrichment")).put("added", 1);
        assertEquals(
                "Sensitive file read by untrusted program",
                EnrichedAlert.parse(message).fingerprint().rule());
    }
}
