package io.tiercel.sensor.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.bpf.LossCounters.CpuCounters;
import io.tiercel.sensor.bpf.LossGroup;
import io.tiercel.sensor.container.TrackedContainer;
import io.tiercel.sensor.event.LossOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The alerts about lost events name those that lost them, in a bounded number. */
@Tag("unit")
class LossOriginsTest {
    private static final long USER = 1L << 63;
    private static final long SECOND = 1_000_000_000L;

    private final List<Alert> alerts = new ArrayList<>();
    private final InternalAlerts internal = new InternalAlerts("node", alerts::add);

    private static LossOrigin origin(int user, int pid, long records) {
        return new LossOrigin(
                new LossGroup(USER | user, pid, "flood", user, 1, records, 0), "flood", TrackedContainer.HOST);
    }

    private static LossCounters lost(long events) {
        return new LossCounters(List.of(new CpuCounters(0, List.of(0L, 0L, 0L, 0L, 0L, 0L, events, 0L))), 0);
    }

    @Test
    void processesOfOneUserAreOneOrigin() {
        List<LossOrigins.Account> accounts = LossOrigins.byAccount(
                List.of(origin(1000, 5, 10), origin(0, 6, 12), origin(1000, 7, 30), origin(1000, 8, 20)));
        assertEquals(
                List.of(
                        new LossOrigins.Account(origin(1000, 7, 30), 60),
                        new LossOrigins.Account(origin(0, 6, 12), 12)),
                accounts);
    }

    @Test
    void theAlertNamesTheLoudestAndAddsUpTheOthers() {
        List<LossOrigin> origins = IntStream.range(0, 200)
                .mapToObj(i -> origin(1000 + i, 10 + i, 100 + i))
                .toList();
        EventLossReporter.forLostEvents(internal).report(lost(30_000), LossOrigins.byAccount(origins), SECOND);
        Alert alert = alerts.getFirst();
        assertTrue(
                alert.message()
                        .endsWith("30000 events were lost in the kernel, most of them of flood (pid 209) of user 1199"),
                alert.message());
        Map<String, Object> fields = new TreeMap<>(alert.outputFields());
        fields.keySet()
                .retainAll(Set.of(
                        "proc.pid", "origin_1", "origin_1_lost", "origin_5", "origin_5_lost", "origin_others_lost"));
        assertEquals(
                Map.of(
                        "proc.pid",
                        209L,
                        "origin_1",
                        "user 1199",
                        "origin_1_lost",
                        299L,
                        "origin_5",
                        "user 1195",
                        "origin_5_lost",
                        295L,
                        "origin_others_lost",
                        30_000L - 5 * 297),
                fields);
        assertTrue(!alert.outputFields().containsKey("origin_6"));
    }

    @Test
    void floodsBecomeFewAlertsAboutThem() {
        FloodReporter reporter = new FloodReporter(internal);
        for (int second = 0; second < 600; second++) {
            int user = second;
            reporter.report(
                    LossOrigins.byAccount(
                            List.of(origin(1000, 5, 20_000), origin(user, 6, 15_000), origin(7, 7, 9_999))),
                    SECOND * second);
        }
        assertEquals(5, alerts.size(), "an attacker with many users cannot cause more");
        Alert first = alerts.getFirst();
        assertEquals("syscall", first.source());
        assertEquals(FloodReporter.FLOOD, first.rule());
        assertEquals(1000L, first.outputFields().get("user.uid"));
        assertEquals("flood", first.outputFields().get("proc.name"));
        assertEquals(20_000L, first.outputFields().get("lost"));
        reporter.report(LossOrigins.byAccount(List.of(origin(1000, 5, 20_000))), 700 * SECOND);
        assertEquals(6, alerts.size(), "a flood that lasts is reported again");
    }
}
