package io.tiercel.functions.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class FutureTimesTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final String LAST = "tiercel.last_time";

    private static ObjectNode alertAt(Instant time) {
        return AlertText.shadowRead().put("id", "node/1").put("time", time.toString());
    }

    private static ObjectNode fields(ObjectNode alert) {
        return (ObjectNode) alert.get("output_fields");
    }

    private static long nanos(Instant time) {
        return ChronoUnit.NANOS.between(Instant.EPOCH, time);
    }

    @Test
    void a_time_of_more_than_a_day_ahead_becomes_the_time_of_arrival_and_is_marked() {
        IdentifiedAlert parsed = AlertParser.parse(alertAt(Instant.parse("2031-05-06T07:08:09Z")), NOW);
        assertEquals(nanos(NOW), parsed.alert().timeNanos());
        assertTrue(FutureTimes.marked(parsed.alert()));
        assertEquals("2031-05-06T07:08:09Z", parsed.alert().outputFields().get(FutureTimes.REPORTED_TIME));
        assertEquals("node/1", parsed.id());
        String marked = "\"" + FutureTimes.REPORTED_TIME + "\":\"2031-05-06T07:08:09Z\"";
        assertTrue(parsed.document().contains(marked), parsed.document());
        assertTrue(parsed.sampleDocument().contains(marked), parsed.sampleDocument());
    }

    @Test
    void the_id_from_the_content_does_not_depend_on_the_time_of_arrival() {
        ObjectNode alert = alertAt(NOW.plusSeconds(1_000_000));
        alert.remove("id");
        String id = AlertParser.parse(alert).id();
        assertEquals(id, AlertParser.parse(alert, NOW).id());
        assertEquals(id, AlertParser.parse(alert, NOW.plusSeconds(60)).id());
    }

    @Test
    void the_time_of_the_last_aggregated_event_is_limited_too() {
        ObjectNode alert = alertAt(NOW);
        fields(alert).put("tiercel.count", 5).put(LAST, Long.MAX_VALUE);
        IdentifiedAlert parsed = AlertParser.parse(alert, NOW);
        assertEquals(nanos(NOW), parsed.alert().timeNanos());
        assertEquals(nanos(NOW), parsed.alert().outputFields().get(LAST));
        assertTrue(FutureTimes.marked(parsed.alert()));
    }

    @Test
    void a_sender_cannot_set_the_mark() {
        ObjectNode alert = alertAt(NOW);
        fields(alert).put(FutureTimes.REPORTED_TIME, "2031-05-06T07:08:09Z");
        assertFalse(FutureTimes.marked(AlertParser.parse(alert, NOW).alert()));
    }

    @Test
    void an_alert_without_output_fields_is_limited() {
        ObjectNode alert = alertAt(NOW.plus(100, ChronoUnit.DAYS));
        alert.remove("output_fields");
        assertEquals(nanos(NOW), AlertParser.parse(alert, NOW).alert().timeNanos());
    }

    /** Stores recognize an alert that arrives again by it. */
    @Property(tries = 300)
    void the_reported_time_does_not_depend_on_the_time_of_arrival(
            @ForAll @LongRange(min = -1_000_000, max = 1_000_000) long aheadSeconds,
            @ForAll @LongRange(min = 0, max = 1_000_000) long laterSeconds) {
        Instant time = NOW.plusSeconds(aheadSeconds).plusNanos(123_456_789);
        IdentifiedAlert parsed = AlertParser.parse(alertAt(time), NOW.plusSeconds(laterSeconds));
        assertEquals(nanos(time), FutureTimes.reportedNanos(parsed.alert()));
    }

    /** Whatever a sender reports, no stored time is more than a day ahead, and parsing the stored alert again changes nothing. */
    @Property(tries = 300)
    void no_stored_time_is_more_than_a_day_ahead(
            @ForAll @LongRange(min = 1, max = 9_000_000_000_000_000_000L) long time, @ForAll long last) {
        ObjectNode alert = alertAt(Instant.ofEpochSecond(0, time));
        fields(alert).put(LAST, last);
        IdentifiedAlert parsed = AlertParser.parse(alert, NOW);
        long limit = nanos(NOW.plus(FutureTimes.TOLERANCE));
        assertTrue(parsed.alert().timeNanos() <= limit);
        Long stored = assertInstanceOf(Long.class, parsed.alert().outputFields().get(LAST));
        assertTrue(stored <= limit);
        assertEquals(time > limit || last > limit, FutureTimes.marked(parsed.alert()));
        assertEquals(time > limit ? nanos(NOW) : time, parsed.alert().timeNanos());
        assertEquals(
                parsed.document(),
                AlertParser.parse(AlertText.object(parsed.document())).document());
    }
}
