package io.tiercel.functions.local.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.privacy.PrivacySettings;
import io.tiercel.functions.privacy.Redactor;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class AlertBatchTest {
    private static final List<String> THREE = Alerts.ofOneIncident("x", "Rule", 3);

    private static AlertBatch parse(String body)
            throws AlertBatch.UnreadableBodyException, AlertBatch.TooManyAlertsException {
        return AlertBatch.parse(body, new Redactor(PrivacySettings.DEFAULT), Instant.parse("2026-01-02T00:00:00Z"));
    }

    private static List<String> ids(String body) throws Exception {
        return parse(body).alerts().stream().map(alert -> alert.id()).toList();
    }

    @Test
    void single_alerts_arrays_and_json_lines_are_parsed() throws Exception {
        assertEquals(List.of("x/0"), ids(THREE.getFirst()));
        assertEquals(List.of("x/0"), ids(THREE.getFirst().replace(",", ",\n  ")));
        assertEquals(List.of("x/0", "x/1", "x/2"), ids("[" + String.join(",\n", THREE) + "]"));
        assertEquals(List.of("x/0", "x/1", "x/2"), ids(String.join("\n", THREE)));
        assertEquals(List.of("x/0", "x/1", "x/2"), ids("\r\n" + String.join("\r\n\r\n", THREE) + "\r\n"));
        assertEquals(List.of(), ids("[]"));
    }

    @Test
    void an_invalid_document_does_not_affect_the_others() throws Exception {
        AlertBatch lines = parse("{broken\n" + THREE.get(0) + "\n{\"rule\":1}\n" + THREE.get(1));
        assertEquals(2, lines.alerts().size());
        assertEquals(
                List.of(0, 2),
                lines.rejected().stream().map(AlertBatch.Rejected::index).toList());
        assertTrue(lines.rejected().getFirst().document().reason().startsWith("not JSON"));
        assertEquals("{broken", lines.rejected().getFirst().document().document());
        AlertBatch array = parse("[1, null, " + THREE.get(0) + ", {}]");
        assertEquals(
                List.of(0, 1, 3),
                array.rejected().stream().map(AlertBatch.Rejected::index).toList());
    }

    /** The response lists them, so an attacker must not choose its size. */
    @Test
    void every_rejected_document_has_a_code_and_a_reason_of_limited_length() throws Exception {
        String alert = THREE.get(0);
        AlertBatch batch = parse(String.join(
                "\n",
                alert.replace("\"Rule\"", "\"" + "r".repeat(513) + "\""),
                alert.replace("\"Rule\"", "\"" + "r".repeat(512) + "\""),
                alert.replace("\"rule\"", "\"rulez\""),
                alert.replaceFirst("\"priority\":\"[a-zA-Z]*\"", "\"priority\":\"" + "\u202e".repeat(10_000) + "\""),
                "{" + "x".repeat(10_000)));
        assertEquals(1, batch.alerts().size());
        assertEquals(
                List.of("rule_name", "not_an_alert", "not_an_alert", "not_json"),
                batch.rejected().stream()
                        .map(rejected -> rejected.document().code().code())
                        .toList());
        assertEquals(
                "rule has 513 characters; the maximum is 512",
                batch.rejected().getFirst().document().reason());
        for (AlertBatch.Rejected rejected : batch.rejected()) {
            String reason = rejected.document().reason();
            assertTrue(reason.length() <= AlertRejected.MAX_REASON_CHARACTERS, reason);
            assertFalse(reason.contains("\u202e"), reason);
        }
    }

    @Test
    void secrets_are_redacted_in_valid_and_in_rejected_documents() throws Exception {
        String secret = "Tr0ub4dor3x";
        AlertBatch batch = parse(THREE.get(0).replace("Something", "mysql -p" + secret) + "\n{\"rule\":1,\"token\":\""
                + secret + "\"}\n{\"password\": " + secret + "}\n");
        assertEquals(1, batch.alerts().size());
        assertTrue(batch.alerts().getFirst().document().contains("mysql -p[redacted]"), batch.toString());
        assertEquals(2, batch.rejected().size());
        assertFalse(batch.toString().contains(secret), batch.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " \n ", "xx", "[{}", "{\n{\n", "[1 2]", "[,]", "[}", "[1] [2]", "[[1]", "[\"]", "\u0000"})
    void a_body_that_is_not_json_is_unreadable(String body) {
        assertThrows(AlertBatch.UnreadableBodyException.class, () -> parse(body));
    }

    @Test
    void a_batch_above_the_maximum_is_rejected() throws Exception {
        List<String> many = Alerts.ofOneIncident("x", "Rule", AlertBatch.MAX_ALERTS + 1);
        assertThrows(AlertBatch.TooManyAlertsException.class, () -> parse(String.join("\n", many)));
        assertThrows(AlertBatch.TooManyAlertsException.class, () -> parse("[" + String.join(",", many) + "]"));
        assertEquals(1000, ids(String.join("\n", many.subList(0, 1000))).size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void an_element_that_breaks_a_limit_of_the_parser_does_not_affect_the_others(int kind) throws Exception {
        String value = List.of(
                        "9".repeat(2_000),
                        "[".repeat(2_000) + "]".repeat(2_000),
                        "1e999999999999",
                        "[1 2]",
                        "[" + "1,".repeat(600_000) + "1]")
                .get(kind);
        String bad = THREE.get(1).replace("\"output_fields\":{", "\"output_fields\":{\"x\":" + value + ",");
        AlertBatch batch = parse("[" + THREE.get(0) + "," + bad + "," + THREE.get(2) + "]");
        assertEquals(
                List.of("x/0", "x/2"),
                batch.alerts().stream()
                        .map(alert -> alert.id())
                        .filter(id -> !id.equals("x/1"))
                        .toList());
        assertTrue(batch.rejected().stream().allMatch(rejected -> rejected.index() == 1));
        assertEquals(3, batch.alerts().size() + batch.rejected().size());
    }

    @Test
    void commas_and_brackets_in_texts_do_not_end_an_element() throws Exception {
        String text = THREE.get(0).replace("Something", "a,]}\\\"],[{\\\\");
        assertEquals(List.of("x/0", "x/1"), ids("[" + text + " , " + THREE.get(1) + " ]"));
        assertEquals(2, parse("[" + text + ",,]").rejected().size());
    }

    @Test
    void deep_nesting_is_rejected() {
        String deep = "[".repeat(5_000) + "]".repeat(5_000);
        assertThrows(AlertBatch.UnreadableBodyException.class, () -> parse(deep));
    }

    @Property(tries = 500)
    void any_text_is_parsed_or_rejected(@ForAll String text) {
        try {
            AlertBatch batch = parse(text);
            assertTrue(batch.alerts().isEmpty());
        } catch (AlertBatch.UnreadableBodyException | AlertBatch.TooManyAlertsException e) {
            assertTrue(String.valueOf(e.getMessage()).chars().noneMatch(Character::isISOControl));
        }
    }

    /** Each of these bodies would become a tree of a hundred megabytes. */
    @ParameterizedTest
    @ValueSource(strings = {"{},", "[],", "{\"\":{}},", "\"\",", "1234,"})
    void a_body_with_too_many_values_is_rejected(String value) {
        String values = value.repeat((4 << 20) / value.length());
        String alert = "{\"rule\":\"x\",\"output_fields\":{\"a\":[" + values + "1]}}";
        assertThrows(AlertBatch.TooManyAlertsException.class, () -> parse("[" + values + "1]"));
        assertThrows(AlertBatch.UnreadableBodyException.class, () -> parse(alert));
        assertThrows(AlertBatch.UnreadableBodyException.class, () -> parse("[" + alert + "]"));
    }
}
