package io.tiercel.sensor.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AlertQueueTest {
    private static Alert alert(int number, int rule, String cause) {
        return new Alert(
                "node/boot/" + number,
                "node",
                number,
                Priority.values()[rule % Priority.values().length],
                "Rule " + rule,
                "syscall",
                List.of(),
                "m",
                new TreeMap<>(java.util.Map.of("fd.name", cause, "proc.pid", (long) number)));
    }

    /** Compares the queue with a list that is searched as the description says. */
    @Property(tries = 400)
    void fullQueueDropsAlertsOfTheRuleThatFloodsIt(
            @ForAll @Size(max = 150) List<@IntRange(min = 0, max = 999) Integer> steps,
            @ForAll @IntRange(min = 1, max = 20) int capacity) {
        AlertQueue queue = new AlertQueue(capacity, Long.MAX_VALUE);
        List<Alert> model = new ArrayList<>();
        long dropped = 0;
        for (int i = 0; i < steps.size(); i++) {
            int step = steps.get(i);
            if (step % 5 == 0) {
                Alert expected = model.isEmpty() ? null : model.removeFirst();
                assertEquals(expected, queue.poll());
            } else {
                Alert added = alert(i, Math.min(step / 100, 5), "/" + step % 3);
                model.add(added);
                queue.add(added);
                if (model.size() > capacity) {
                    model.remove(victim(model));
                    dropped++;
                }
            }
            assertEquals(model.size(), queue.size());
            assertEquals(dropped, queue.dropped());
        }
        for (Alert expected : model) {
            assertEquals(expected, queue.poll());
        }
        assertTrue(queue.isEmpty());
        assertEquals(
                dropped,
                queue.droppedByRule().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
    }

    private static Alert victim(List<Alert> model) {
        List<Alert> flood = by(model, Alert::rule).stream()
                .filter(alerts -> alerts.size() > 1)
                .max(Comparator.comparingInt((List<Alert> alerts) -> Integer.highestOneBit(alerts.size()))
                        .thenComparing(alerts -> alerts.getFirst().priority())
                        .thenComparing(alerts -> alerts.size())
                        .thenComparing(alerts -> alerts.getLast().timeNanos()))
                .orElse(null);
        if (flood == null) {
            return model.stream()
                    .max(Comparator.comparing(Alert::priority).thenComparing(Alert::timeNanos))
                    .orElseThrow();
        }
        List<Alert> cause = by(flood, alert -> alert.outputFields().get("fd.name")).stream()
                .max(Comparator.comparingInt((List<Alert> alerts) -> alerts.size())
                        .thenComparing(alerts -> -alerts.getFirst().timeNanos()))
                .orElseThrow();
        return cause.size() > 1 ? cause.get(1) : flood.get(1);
    }

    private static <K> Collection<List<Alert>> by(List<Alert> alerts, Function<Alert, K> key) {
        return alerts.stream().collect(Collectors.groupingBy(key)).values();
    }

    @Test
    void markersSurviveAFloodOfAnotherRuleAndOfTheirOwn() {
        AlertQueue queue = new AlertQueue(1_000, Long.MAX_VALUE);
        for (int i = 0; i < 100_000; i++) {
            queue.add(alert(i, 1, "/flood"));
            if (i % 1_000 == 0) {
                queue.add(alert(i, 7, "/marker"));
                queue.add(alert(i, 1, "/marker"));
            }
        }
        int ofOtherRule = 0;
        int ofSameRule = 0;
        for (Alert alert = queue.poll(); alert != null; alert = queue.poll()) {
            boolean marker = "/marker".equals(alert.outputFields().get("fd.name"));
            ofOtherRule += alert.rule().equals("Rule 7") ? 1 : 0;
            ofSameRule += marker && alert.rule().equals("Rule 1") ? 1 : 0;
        }
        assertEquals(100, ofOtherRule, "an urgent flood must not displace debug alerts of another rule");
        assertEquals(100, ofSameRule, "a flood must not displace another cause of the same rule");
        assertEquals(99_200, queue.dropped());
        assertEquals(java.util.Map.of("Rule 1", 99_200L), queue.droppedByRule());
    }

    @Test
    void bytesAreBounded() {
        AlertQueue queue = new AlertQueue(1_000, 100_000);
        for (int i = 0; i < 500; i++) {
            queue.add(alert(i, 1, "x".repeat(1_000)));
        }
        assertTrue(queue.size() < 50, () -> "alerts of 2 kB each: " + queue.size());
        queue.dropAll();
        assertEquals(500, queue.dropped());
        queue.add(alert(501, 1, "x".repeat(1_000_000)));
        assertEquals(1, queue.size(), "one alert is accepted whatever its size");
    }
}
