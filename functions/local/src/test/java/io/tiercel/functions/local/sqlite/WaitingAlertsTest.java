package io.tiercel.functions.local.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.identity.Sender;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class WaitingAlertsTest {
    private static WaitingAlerts stored(String document, int count) {
        WaitingAlerts waiting = new WaitingAlerts();
        waiting.load(0, 0);
        waiting.stored(LongStream.rangeClosed(1, count)
                .mapToObj(sequence -> new AlertInbox.Waiting(sequence, Sender.NONE, document, null))
                .toList());
        return waiting;
    }

    @Test
    void documents_of_many_tiny_values_count_as_what_their_parsed_form_needs() {
        String hostile = "[" + "[],".repeat(100_000) + "1]";
        int kept = stored(hostile, 100).take(100, Long.MAX_VALUE).size();
        assertTrue(kept <= 1, kept + " kept");
        String ordinary = "{\"rule\":\"" + "r".repeat(1_000) + "\"}";
        assertEquals(1_000, stored(ordinary, 1_000).take(1_000, Long.MAX_VALUE).size());
    }

    @Test
    void what_was_taken_makes_room() {
        String large = "x".repeat(9 << 20);
        WaitingAlerts waiting = stored(large, 3);
        List<AlertInbox.Waiting> taken = waiting.take(10, Long.MAX_VALUE);
        assertEquals(
                List.of(1L), taken.stream().map(AlertInbox.Waiting::sequence).toList());
        waiting.remove(3);
        waiting.stored(List.of(new AlertInbox.Waiting(4, Sender.NONE, large, null)));
        assertEquals(1, waiting.take(10, Long.MAX_VALUE).size());
    }
}
