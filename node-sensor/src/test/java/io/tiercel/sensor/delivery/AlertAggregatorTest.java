package io.tiercel.sensor.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertContext;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.AlertProcess;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolOptions;
import io.tiercel.sensor.spool.SpooledAlert;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class AlertAggregatorTest {
    private static final long MS = 1_000_000;

    @TempDir
    Path folder;

    /** Returns an alert about a process reading a file. The number is its ID and its time in nanoseconds. */
    private static Alert readAlert(int number, String file) {
        return new Alert(
                "node/boot/" + number,
                "node",
                number,
                Priority.WARNING,
                "Read",
                "syscall",
                List.of("tag"),
                "read " + file,
                new TreeMap<>(Map.of("proc.pid", (long) number, "fd.name", file)));
    }

    private static List<Alert> spooled(Spool spool) throws Exception {
        List<Alert> alerts = new ArrayList<>();
        for (SpooledAlert alert : spool.peek(10_000, 1 << 24)) {
            alerts.add(AlertJson.read(alert.json()));
        }
        return alerts;
    }

    @Test
    void aggregatesIdenticalAlertsWithACount() throws Exception {
        try (Spool spool = Spool.open(folder, SpoolOptions.defaults());
                AlertAggregator aggregator = AlertAggregator.open(spool, folder, 5_000)) {
            for (int i = 1; i <= 10; i++) {
                aggregator.accept(readAlert(i, "/etc/shadow"), i);
            }
            aggregator.accept(readAlert(11, "/etc/passwd"), 11);
            assertEquals(
                    List.of("node/boot/1", "node/boot/11"),
                    spooled(spool).stream().map(Alert::id).toList(),
                    "the first at once, other causes apart");
            aggregator.flushExpired(5_000 * MS);
            assertEquals(2, spooled(spool).size());
            aggregator.flushExpired(5_001 * MS);
            Alert aggregated = spooled(spool).getLast();
            assertEquals("node/boot/2", aggregated.id());
            assertEquals(9L, aggregated.outputFields().get("tiercel.count"));
            assertEquals(2L, aggregated.outputFields().get("tiercel.first_time"));
            assertEquals(10L, aggregated.outputFields().get("tiercel.last_time"));
            aggregator.accept(readAlert(12, "/etc/shadow"), 5_002 * MS);
            assertEquals("node/boot/12", spooled(spool).getLast().id(), "a new window");
        }
    }

    @Test
    void aContextThatIsTooLargeForTheFileDoesNotPreventAggregation() throws Exception {
        AlertProcess process =
                new AlertProcess(7, "\u0001".repeat(64), "\u0001".repeat(256), "\u0001".repeat(256), "u", 0);
        AlertContext context = AlertContext.of(Collections.nCopies(9, process), null);
        try (Spool spool = Spool.open(folder, SpoolOptions.defaults());
                AlertAggregator aggregator = AlertAggregator.open(spool, folder, 5_000)) {
            for (int i = 1; i <= 10; i++) {
                aggregator.accept(readAlert(i, "x".repeat(1_000)).withContext(context), i);
            }
            aggregator.flushExpired(5_001 * MS);
            List<Alert> spooled = spooled(spool);
            assertEquals(2, spooled.size());
            assertEquals(context, spooled.getFirst().context());
            assertEquals(9L, spooled.getLast().outputFields().get("tiercel.count"));
        }
    }

    @Test
    void countsSurviveAKilledProcess() throws Exception {
        Path killed = Files.createDirectory(folder.resolve("killed"));
        try (Spool spool = Spool.open(folder, SpoolOptions.defaults());
                AlertAggregator aggregator = AlertAggregator.open(spool, folder, 5_000)) {
            for (int i = 1; i <= 10; i++) {
                aggregator.accept(readAlert(i, "/etc/shadow"), i);
            }
            Files.copy(folder.resolve("aggregation"), killed.resolve("aggregation"));
        }
        for (int start = 0; start < 2; start++) {
            try (Spool spool = Spool.open(killed, SpoolOptions.defaults());
                    AlertAggregator _ = AlertAggregator.open(spool, killed, 5_000)) {
                List<Alert> left = spooled(spool);
                assertEquals(1, left.size());
                assertEquals("node/boot/2", left.getFirst().id());
                assertEquals(9L, left.getFirst().outputFields().get("tiercel.count"));
            }
        }
    }

    @Test
    void tooManyGroupsOrTooLargeAlertsLoseNothing() throws Exception {
        try (Spool spool = Spool.open(folder, SpoolOptions.defaults())) {
            try (AlertAggregator aggregator = AlertAggregator.open(spool, folder, 5_000)) {
                for (int i = 0; i < 15_000; i++) {
                    aggregator.accept(readAlert(i, "/" + i / 3), 1);
                }
                for (int i = 0; i < 3; i++) {
                    aggregator.accept(readAlert(15_000 + i, "x".repeat(10_000)), 1);
                }
            }
            long alerts = 0;
            int records = 0;
            List<SpooledAlert> batch = spool.peek(1_000, 1 << 20);
            while (!batch.isEmpty()) {
                for (SpooledAlert alert : batch) {
                    Object count = AlertJson.read(alert.json()).outputFields().get("tiercel.count");
                    alerts += count instanceof Long several ? several : 1;
                    records++;
                }
                spool.acknowledge(batch.getLast());
                batch = spool.peek(1_000, 1 << 20);
            }
            assertEquals(15_003, alerts);
            assertEquals(10_003, records);
        }
    }

    @Test
    void onlyTimeProcessAndClientPortAreIgnored() {
        Alert alert = readAlert(1, "10.0.0.1:4000->10.0.0.2:443");
        assertEquals(AggregationKey.of(alert), AggregationKey.of(readAlert(2, "10.0.0.1:4001->10.0.0.2:443")));
        assertFalse(AggregationKey.of(alert).equals(AggregationKey.of(readAlert(1, "10.0.0.1:4000->10.0.0.2:444"))));
        assertFalse(AggregationKey.of(alert).equals(AggregationKey.of(alert.withOutputField("user.name", "root"))));
        assertTrue(AggregationKey.of(alert.withOutputField("evt.time", 1L)).equals(AggregationKey.of(alert)));
    }
}
