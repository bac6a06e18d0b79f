package io.tiercel.functions.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.rules.alert.Priority;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class AlertParserTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Test
    void a_sensor_alert_keeps_its_id_and_fields() {
        IdentifiedAlert parsed = AlertText.read(AlertText.shadowRead());
        assertEquals("node-7/5a1c0f3e-0d5c-4d8e-9b39-0f1d5a2f7c11/42", parsed.id());
        assertEquals(parsed.id(), parsed.alert().id());
        assertEquals(Priority.WARNING, parsed.alert().priority());
        assertEquals(
                "Sensitive file read by untrusted program | file=/etc/shadow",
                parsed.alert().message());
        assertEquals(1700000000123456789L, parsed.alert().outputFields().get("evt.time"));
        assertEquals(1700000000123456789L, parsed.alert().timeNanos());
    }

    @Test
    void the_uuid_of_falcosidekick_is_the_id() {
        ObjectNode alert = AlertText.shellInPod().put("uuid", "0b0f6bd1-63a4-4b0c-8f0a-c5e1e1e1f7a2");
        assertEquals(
                "0b0f6bd1-63a4-4b0c-8f0a-c5e1e1e1f7a2", AlertText.read(alert).id());
    }

    @Test
    void a_falco_alert_gets_an_id_derived_from_its_content() {
        String id = AlertText.read(AlertText.shellInPod()).id();
        assertTrue(id.matches("sha256:[0-9a-f]{64}"), id);
        ObjectNode sameInOtherOrder = JSON.objectNode();
        List.copyOf(AlertText.shellInPod().properties())
                .reversed()
                .forEach(entry -> sameInOtherOrder.set(entry.getKey(), entry.getValue()));
        assertEquals(id, AlertText.read(sameInOtherOrder).id());
        ObjectNode later = AlertText.shellInPod().put("time", "2023-11-14T22:13:20.000000002Z");
        assertNotEquals(id, AlertText.read(later).id());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        rule     | 7                        | rule must be a string
        rule     | "  "                     | rule is blank
        rule     | null                     | missing rule
        priority | "Urgent"                 | use emergency, alert, critical
        time     | "yesterday"              | RFC 3339 time such as 2023-11-14T22:13:20
        time     | "1969-12-31T23:59:59Z"   | not after 1970
        tags     | "x"                      | tags must be an array
        output_fields | []                  | output_fields must be an object
        """)
    void an_invalid_alert_is_rejected_with_the_reason(String key, String value, String reason) {
        ObjectNode alert = AlertText.shadowRead();
        alert.set(key, AlertText.object("{\"v\":" + value + "}").get("v"));
        AlertRejected rejection = assertThrows(AlertRejected.class, () -> AlertParser.parse(alert));
        assertTrue(rejection.reason().contains(reason), rejection.reason());
    }

    @Test
    void documents_other_than_objects_are_rejected() {
        assertThrows(AlertRejected.class, () -> AlertParser.parse(null));
        assertThrows(AlertRejected.class, () -> AlertParser.parse(JSON.nullNode()));
        assertThrows(AlertRejected.class, () -> AlertParser.parse(JSON.textNode("alert")));
        assertThrows(AlertRejected.class, () -> AlertParser.parse(JSON.arrayNode()));
    }

    @Test
    void a_huge_alert_is_rejected_and_a_large_one_has_a_small_sample() {
        ObjectNode large = AlertText.with(AlertText.shadowRead(), "proc.cmdline", "\u0001".repeat(30_000));
        IdentifiedAlert parsed = AlertText.read(large);
        assertTrue(parsed.sampleDocument().length() <= IdentifiedAlert.SAMPLE_LIMIT);
        assertTrue(parsed.sampleDocument().contains("/etc/shadow"));
        assertTrue(parsed.document().length() > 100_000);
        ObjectNode huge = AlertText.with(AlertText.shadowRead(), "proc.cmdline", "x".repeat(300_000));
        assertTrue(assertThrows(AlertRejected.class, () -> AlertParser.parse(huge))
                .reason()
                .contains("262144"));
    }

    @Property(tries = 500)
    void any_document_is_parsed_or_rejected(
            @ForAll("json") JsonNode value, @ForAll("key") String key, @ForAll("key") String field) {
        ObjectNode alert = AlertText.shadowRead();
        alert.set(key, value.deepCopy());
        if (alert.get("output_fields") instanceof ObjectNode fields) {
            fields.set(field, value.deepCopy());
            fields.set("x".repeat(40) + key, value.deepCopy());
        }
        try {
            IdentifiedAlert parsed = AlertParser.parse(alert);
            assertFalse(parsed.id().isBlank());
            assertTrue(parsed.sampleDocument().length() <= IdentifiedAlert.SAMPLE_LIMIT);
            assertEquals(
                    parsed.alert().rule(),
                    AlertText.read(AlertText.object(parsed.document())).alert().rule());
            assertEquals(
                    parsed.id(),
                    AlertText.read(AlertText.object(parsed.document())).id());
            assertTrue(parsed.alert().rule().chars().noneMatch(Character::isISOControl));
        } catch (AlertRejected e) {
            assertFalse(e.reason().isBlank());
            assertTrue(e.reason().chars().noneMatch(Character::isISOControl));
        }
    }

    @Provide
    Arbitrary<String> key() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "id",
                        "uuid",
                        "rule",
                        "time",
                        "priority",
                        "tags",
                        "output_fields",
                        "message",
                        "output",
                        "source",
                        "hostname",
                        "container.id",
                        "fd.name",
                        "proc.exepath",
                        "k8s.ns.name",
                        "\u0000",
                        ""),
                Arbitraries.strings().ofMaxLength(30));
    }

    @Provide
    Arbitrary<JsonNode> json() {
        return Arbitraries.oneOf(flat(), nested(flat()), nested(nested(flat())));
    }

    private static Arbitrary<JsonNode> nested(Arbitrary<JsonNode> inner) {
        return Arbitraries.oneOf(
                inner.list().ofMaxSize(4).map(list -> JSON.arrayNode().addAll(list)),
                Arbitraries.maps(Arbitraries.strings().ofMaxLength(9), inner)
                        .ofMaxSize(4)
                        .map(map -> JSON.objectNode().setAll(map)));
    }

    private static Arbitrary<JsonNode> flat() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(200).map(JSON::textNode),
                Arbitraries.of("\uD800", "\u202E\u001B[2J", "\u0000", "9".repeat(3000), "x".repeat(270_000), "<NA>", "")
                        .map(JSON::textNode),
                Arbitraries.longs().map(JSON::numberNode),
                Arbitraries.bigIntegers().map(JSON::numberNode),
                Arbitraries.doubles().map(JSON::numberNode),
                Arbitraries.of(true, false).map(JSON::booleanNode),
                Arbitraries.just(JSON.nullNode()));
    }

    @Provide
    Arbitrary<JsonNode> values() {
        Arbitrary<JsonNode> leaves = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(20).map(JSON::textNode),
                Arbitraries.of("\uD83D\uDE00", "\uD83D", "\uDE00x", "<NA>", "").map(JSON::textNode),
                Arbitraries.longs().map(JSON::numberNode),
                Arbitraries.bigIntegers().map(JSON::numberNode),
                Arbitraries.doubles().map(JSON::numberNode),
                Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY, -0.0, Double.MIN_VALUE)
                        .map(JSON::numberNode),
                Arbitraries.of(true, false).map(JSON::booleanNode),
                Arbitraries.just(JSON.nullNode()));
        return Arbitraries.oneOf(leaves, container(leaves), container(Arbitraries.oneOf(leaves, container(leaves))));
    }

    private static Arbitrary<JsonNode> container(Arbitrary<JsonNode> values) {
        return Arbitraries.oneOf(
                values.list().ofMaxSize(3).map(list -> JSON.arrayNode().addAll(list)),
                Arbitraries.maps(Arbitraries.of("b", "a", "c"), values)
                        .ofMaxSize(3)
                        .map(map -> {
                            ObjectNode object = JSON.objectNode();
                            map.forEach(object::set);
                            return object;
                        }));
    }

    @Test
    void a_truncated_sample_keeps_the_context_if_it_has_the_size_of_a_sensors() {
        ObjectNode document = JSON.objectNode();
        document.put("time", "2026-01-01T00:00:00Z").put("priority", "Warning").put("rule", "Rule");
        document.putObject("output_fields").put("proc.cmdline", "x".repeat(IdentifiedAlert.SAMPLE_LIMIT));
        ObjectNode context = document.putObject("context");
        context.putArray("ancestors").addObject().put("pid", 7).put("cmdline", "y".repeat(256));
        IdentifiedAlert parsed = AlertParser.parse(document);
        assertTrue(parsed.sampleDocument().length() <= IdentifiedAlert.SAMPLE_LIMIT);
        assertEquals(
                7,
                Objects.requireNonNull(parsed.alert().context())
                        .ancestors()
                        .getFirst()
                        .pid());
        assertEquals(
                parsed.alert().context(),
                AlertParser.parse(Json.read(parsed.sampleDocument(), JsonNode.class, IllegalStateException::new))
                        .alert()
                        .context());
        context.put("more", "z".repeat(20_000));
        assertFalse(AlertParser.parse(document).sampleDocument().contains("ancestors"));
    }

    /** The parser may read the tree instead of the text, and may use the complete document as the sample. */
    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void an_alert_is_what_its_stored_document_says(
            @ForAll("values") JsonNode first, @ForAll("values") JsonNode second, @ForAll("values") JsonNode unknown) {
        ObjectNode document = JSON.objectNode();
        document.put("time", "2026-01-01T00:00:00Z").put("priority", "Warning").put("rule", "Rule");
        document.put("id", "a/1").put("output", "12:00:00.000000000: Warning text");
        document.putObject("output_fields").<ObjectNode>set("z.field", first).set("a.field", second);
        if (!unknown.isNull()) {
            document.set("unknown", unknown);
            document.set(
                    "context",
                    JSON.objectNode()
                            .set("ancestors", JSON.arrayNode().add(unknown).add(second)));
        }
        IdentifiedAlert parsed;
        try {
            parsed = AlertParser.parse(document);
        } catch (AlertRejected e) {
            assertThrows(
                    InvalidAlertException.class, () -> AlertJson.read(AlertDocuments.write(document)), e.getMessage());
            return;
        }
        assertEquals(AlertDocuments.write(document), parsed.document());
        try {
            assertEquals(AlertJson.read(parsed.document()), parsed.alert());
        } catch (InvalidAlertException e) {
            throw new AssertionError(parsed.document(), e);
        }
        assertEquals(AlertDocuments.sample(document, "a/1"), parsed.sampleDocument());
    }
}
