package io.tiercel.rules.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class AlertJsonTest {
    private static final long TIME = 1_700_000_000_123_456_789L;
    private static final String MESSAGE = "Opened | file=/etc/sh\"adow\n user=<NA> pid=42 parent=<NA>";

    private static Alert alert() {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("evt.time", TIME);
        fields.put("fd.name", "/etc/sh\"adow\n");
        fields.put("proc.pid", 42L);
        fields.put("proc.pname", null);
        fields.put("user.name", "<NA>");
        return new Alert(
                null, "myhost", TIME, Priority.WARNING, "My rule", "syscall", List.of("a", "b"), MESSAGE, fields);
    }

    @Test
    void writesFalcosFormat() {
        assertEquals(
                "{\"hostname\":\"myhost\",\"output\":\"22:13:20.123456789: Warning Opened | file=/etc/sh\\\"adow\\n"
                        + " user=<NA> pid=42 parent=<NA>\",\"output_fields\":{\"evt.time\":1700000000123456789,"
                        + "\"fd.name\":\"/etc/sh\\\"adow\\n\",\"proc.pid\":42,\"proc.pname\":null,\"user.name\":\"<NA>\"},"
                        + "\"priority\":\"Warning\",\"rule\":\"My rule\",\"source\":\"syscall\",\"tags\":[\"a\",\"b\"],"
                        + "\"time\":\"2023-11-14T22:13:20.123456789Z\"}",
                AlertJson.defaults().write(alert()));
    }

    @Test
    void isoTimesAndMessage() {
        AlertJson json = new AlertJson(new AlertText(ZoneOffset.UTC, true), true, true, true, true);
        assertEquals(
                "{\"hostname\":\"myhost\",\"message\":\"Opened | file=/etc/sh\\\"adow\\n user=<NA> pid=42 parent=<NA>\","
                        + "\"output\":\"2023-11-14T22:13:20.123456789+0000: Warning Opened | file=/etc/sh\\\"adow\\n"
                        + " user=<NA> pid=42 parent=<NA>\",\"output_fields\":{\"evt.time.iso8601\":1700000000123456789,"
                        + "\"fd.name\":\"/etc/sh\\\"adow\\n\",\"proc.pid\":42,\"proc.pname\":null,\"user.name\":\"<NA>\"},"
                        + "\"priority\":\"Warning\",\"rule\":\"My rule\",\"source\":\"syscall\",\"tags\":[\"a\",\"b\"],"
                        + "\"time\":\"2023-11-14T22:13:20.123456789Z\"}",
                json.write(alert()));
    }

    @Test
    void propertiesCanBeOmitted() {
        AlertJson json = new AlertJson(new AlertText(ZoneOffset.UTC, false), false, false, false, false);
        assertEquals(
                "{\"hostname\":\"myhost\",\"id\":\"n/b/7\",\"priority\":\"Warning\",\"rule\":\"My rule\","
                        + "\"source\":\"syscall\",\"time\":\"2023-11-14T22:13:20.123456789Z\"}",
                json.write(alert().withId("n/b/7")));
    }

    @Test
    void textLineIsEscaped() {
        String tail = " Warning Opened | file=/etc/sh\\\"adow\\n user=<NA> pid=42 parent=<NA>";
        assertEquals("22:13:20.123456789:" + tail, new AlertText(ZoneOffset.UTC, false).line(alert()));
        assertEquals("2023-11-14T22:13:20.123456789+0000:" + tail, new AlertText(ZoneOffset.UTC, true).line(alert()));
        assertEquals("23:13:20.123456789:" + tail, new AlertText(ZoneOffset.ofHours(1), false).line(alert()));
    }

    @Test
    void sensorMessagesHaveNoTagsAndShowTheirFields() {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("evt.time", TIME);
        fields.put("lost", 3L);
        fields.put("why", "ring full");
        Alert internal = new Alert(
                "n/b/1", "n", TIME, Priority.WARNING, "Tiercel internal: lost", "internal", List.of(), "Lost", fields);
        assertEquals(
                "22:13:20.123456789: Warning Lost (lost=3 why=\\\"ring full\\\")",
                new AlertText(ZoneOffset.UTC, false).line(internal));
        assertTrue(!AlertJson.defaults().write(internal).contains("\"tags\""));
    }

    @Test
    void unpairedSurrogatesBecomeReplacementCharacters() throws InvalidAlertException {
        Alert broken = new Alert(
                "i", "h", 0, Priority.DEBUG, "r", "syscall", List.of(), "a\uD800b\uD83E\uDD85\uDC00", new TreeMap<>());
        Alert read = AlertJson.read(AlertJson.defaults().writeBytes(broken));
        assertEquals("a\uFFFDb\uD83E\uDD85\uFFFD", read.message());
    }

    @Test
    void numbersAreExact() throws InvalidAlertException {
        Alert read = AlertJson.read("{\"rule\":\"r\",\"priority\":\"info\",\"time\":\"2024-01-01T00:00:00Z\","
                + "\"output_fields\":{\"a\":9007199254740993,\"b\":18446744073709551615,\"c\":1.5,\"d\":[1,null,[\"x\"]],"
                + "\"e\":{\"k\":[1]}}}");
        assertEquals(9_007_199_254_740_993L, read.outputFields().get("a"));
        assertEquals(new BigInteger("18446744073709551615"), read.outputFields().get("b"));
        assertEquals(1.5, read.outputFields().get("c"));
        assertEquals(Arrays.asList(1L, null, List.of("x")), read.outputFields().get("d"));
        assertEquals("{\"k\":[1]}", read.outputFields().get("e"));
        assertEquals(Priority.INFORMATIONAL, read.priority());
    }

    @Test
    void readsFalcosidekicksFormat() throws InvalidAlertException {
        Alert read = AlertJson.read(
                "{\"uuid\":\"0e9a\",\"output\":\"12:00:00.000000000: Notice Shell\",\"priority\":\"notice\","
                        + "\"rule\":\"Shell\",\"time\":\"2026-08-01T12:00:00.5+02:00\",\"source\":\"syscalls\","
                        + "\"output_fields\":{\"proc.name\":\"sh\"},\"hostname\":\"n1\",\"tags\":[\"b\",\"a\"],"
                        + "\"context\":{\"x\":[{}]},\"trace_id\":\"t\"}");
        assertEquals("0e9a", read.id());
        assertEquals("Shell", read.message());
        assertEquals(List.of("a", "b"), read.tags());
        assertEquals(1_785_578_400_500_000_000L, read.timeNanos());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{                                                       | invalid JSON at line 1",
                "[]                                                      | an alert must be a JSON object, not an array",
                "{} x                                                    | missing rule",
                "{\"rule\":1}                                            | rule must be a string, not a number",
                "{\"rule\":\"r\"}                                        | missing time",
                "{\"rule\":\"r\",\"time\":\"yesterday\",\"priority\":\"x\"}        | time \"yesterday\" is not an RFC 3339 time",
                "{\"rule\":\"r\",\"time\":\"9999-01-01T00:00:00Z\",\"priority\":\"x\"} | out of range",
                "{\"rule\":\"r\",\"time\":\"2024-01-01T00:00:00Z\"}      | missing priority",
                "{\"rule\":\"r\",\"time\":\"2024-01-01T00:00:00Z\",\"priority\":\"high\"} | priority \"high\" is unknown",
                "{\"rule\":\"r\",\"rule\":\"s\"}                         | Duplicate field 'rule'",
                "{\"tags\":\"x\"}                                        | tags must be an array of strings, not a string",
                "{\"tags\":[1]}                                          | tags[0] must be a string, not a number",
                "{\"output_fields\":[]}                                  | output_fields must be an object, not an array",
                "{\"output_fields\":{\"x\":1e999}}                       | output_fields.x is out of range for a double",
            })
    void invalidAlertsHaveAMessage(String json, String expected) {
        String message = assertThrows(InvalidAlertException.class, () -> AlertJson.read(json))
                .getMessage();
        assertTrue(message.contains(expected), message);
    }

    @Test
    void enforcesLimits() {
        String head = "{\"rule\":\"r\",\"time\":\"2024-01-01T00:00:00Z\",\"priority\":\"debug\",\"x\":";
        String big = head + "\"" + "a".repeat(AlertLimits.MAX_BYTES) + "\"}";
        assertTrue(assertThrows(InvalidAlertException.class, () -> AlertJson.read(big))
                .getMessage()
                .contains("the maximum is 262144"));
        String deep = head + "[".repeat(40) + "]".repeat(40) + "}";
        assertTrue(assertThrows(InvalidAlertException.class, () -> AlertJson.read(deep))
                .getMessage()
                .contains("exceeds a limit"));
        String tooDeep = head + "[".repeat(16) + "]".repeat(16) + "}";
        assertThrows(InvalidAlertException.class, () -> AlertJson.read(tooDeep));
    }

    @Test
    void readsBatches() throws InvalidAlertException {
        String one = AlertJson.defaults().write(alert());
        assertEquals(
                Collections.nCopies(2, alert()),
                AlertJson.readBatch(("[" + one + "," + one + "]").getBytes(StandardCharsets.UTF_8), 2));
        assertEquals(List.of(alert()), AlertJson.readBatch(one.getBytes(StandardCharsets.UTF_8), 2));
        assertTrue(assertThrows(
                        InvalidAlertException.class,
                        () -> AlertJson.readBatch(("[" + one + ",{}]").getBytes(StandardCharsets.UTF_8), 2))
                .getMessage()
                .startsWith("alert 1 of the batch: missing rule"));
        assertThrows(
                InvalidAlertException.class,
                () -> AlertJson.readBatch(("[" + one + "," + one + "]").getBytes(StandardCharsets.UTF_8), 1));
    }
}
