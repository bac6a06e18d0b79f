package io.tiercel.functions.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.FaultyChannel.Fault;
import io.tiercel.functions.notification.FaultyChannel.Shown;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The laws of the outbox under faults of channels, stores and processes. */
@Tag("unit")
class NotificationFaultProperties {
    private VirtualClock clock = new VirtualClock();
    private FakeIncidents incidents = new FakeIncidents();
    private InMemoryNotificationStore records = new InMemoryNotificationStore();

    /** Tries of a property share the instance of this class. */
    @BeforeTry
    void reset() {
        clock = new VirtualClock();
        incidents = new FakeIncidents();
        records = new InMemoryNotificationStore();
    }

    private FaultyChannel channel(String name, boolean exact, Duration sendInterval) {
        return new FaultyChannel(name, exact, sendInterval, clock);
    }

    private OutboxSimulation simulation(int processes, List<FaultyChannel> channels, Random random) {
        return new OutboxSimulation(
                processes, incidents.store(), records, new InMemoryStateStore(), channels, clock, random);
    }

    @Property(tries = 150)
    void every_channel_shows_the_last_state_in_the_end(@ForAll long seed) {
        Random random = new Random(seed);
        List<FaultyChannel> channels = List.of(
                channel("bot", true, Duration.ofMillis(1200)),
                channel("hook", false, Duration.ZERO),
                channel("pager", false, Duration.ofMillis(100)));
        OutboxSimulation simulation = simulation(2, channels, random);
        channels.forEach(channel -> channel.faults(FaultyChannel.random(random, 10)));
        simulation.storeFaults(60);
        for (int i = 0; i < 60; i++) {
            String id = "i" + random.nextInt(6);
            if (incidents.all().containsKey(id)) {
                incidents.change(id, random, clock.instant());
            } else {
                incidents.open(id, Priority.WARNING, clock.instant());
            }
            simulation.publish(id);
            simulation.runUntil(clock.instant().plusMillis(random.nextInt(20_000)));
        }
        channels.forEach(channel -> channel.faults(FaultyChannel.Faults.NONE));
        simulation.storeFaults(0);
        simulation.runUntil(clock.instant().plus(Duration.ofHours(2)));
        channels.forEach(this::assertShowsEverything);
    }

    /** Checks the last state, and that nothing was repeated that is known to be shown. */
    private void assertShowsEverything(FaultyChannel channel) {
        incidents.all().forEach((id, incident) -> {
            String where = channel.name() + " about " + id;
            Subject subject = Subject.incident(id);
            NotificationRecord record =
                    records.findRecord(subject, channel.name()).orElseThrow();
            assertEquals(0, record.attempts().givenUp(), where + ": " + record);
            assertEquals(null, record.pending(), where);
            List<Shown> shown = channel.shown(id);
            assertTrue(!shown.isEmpty(), () -> where + ": " + record);
            assertEquals(expected(incident), shown.getLast().state(), where);
            if (channel.exact()) {
                assertEquals(incident.count(), shown.getLast().count(), where);
            } else {
                assertTrue(CountThresholds.nextPowerOfTen(shown.getLast().count()) > incident.count(), where);
            }
            long repeated = shown.stream().filter(Shown::again).count();
            assertTrue(
                    repeated <= channel.uncertain(id),
                    () -> where + ": " + repeated + " repetitions, " + channel.uncertain(id) + " uncertain: " + shown);
        });
    }

    private static NotificationState expected(Incident incident) {
        return NotificationState.of(incident, SingleIncidentStore.PLAN_PREVIEW.statusOf(incident), Optional.empty());
    }

    /** The proof of the outbox: 500 incidents, four channels, three of which fail for a minute. */
    @Test
    void a_healthy_channel_is_not_delayed_by_channels_that_fail() {
        FaultyChannel healthy = channel("healthy", true, Duration.ofMillis(20));
        FaultyChannel throttled = channel("throttled", true, Duration.ofMillis(20));
        FaultyChannel slow = channel("slow", false, Duration.ZERO);
        FaultyChannel broken = channel("broken", false, Duration.ZERO);
        Instant minute = clock.instant().plusSeconds(60);
        throttled.faults((id, now) -> now.isBefore(minute) ? Fault.THROTTLED : Fault.NONE);
        slow.faults((id, now) -> now.isBefore(minute) ? Fault.TIMES_OUT : Fault.NONE);
        broken.faults((id, now) -> now.isBefore(minute) ? Fault.FAILS : Fault.NONE);
        List<FaultyChannel> channels = List.of(throttled, slow, broken, healthy);
        OutboxSimulation simulation = simulation(2, channels, new Random(1));
        Instant start = clock.instant();
        for (int i = 0; i < 500; i++) {
            String id = "i%03d".formatted(i);
            incidents.open(id, i == 499 ? Priority.EMERGENCY : Priority.NOTICE, clock.instant());
            simulation.publish(id);
        }
        simulation.runUntil(start.plusSeconds(1));
        int early = (int) incidents.all().keySet().stream()
                .filter(id -> !healthy.shown(id).isEmpty())
                .count();
        simulation.runUntil(start.plusSeconds(15));
        incidents.all().keySet().forEach(id -> assertEquals(1, healthy.shown(id).size(), id));
        Instant urgent = healthy.shown("i499").getFirst().at();
        assertTrue(urgent.isBefore(start.plusSeconds(2)), () -> "the urgent one waited until " + urgent);
        assertTrue(early < 100, () -> "the pace of the channel is not respected: " + early);
        assertTrue(broken.calls() < 12, () -> "the circuit breaker stays closed: " + broken.calls());
        simulation.runUntil(start.plus(Duration.ofMinutes(30)));
        channels.forEach(this::assertShowsEverything);
        for (FaultyChannel channel : channels) {
            incidents
                    .all()
                    .keySet()
                    .forEach(id -> assertEquals(1, channel.shown(id).size(), id));
        }
    }

    @Test
    void one_message_that_always_fails_does_not_stop_a_channel() {
        FaultyChannel channel = channel("bot", true, Duration.ofMillis(1200));
        channel.faults((id, now) -> id.equals("poison") ? Fault.FAILS : Fault.NONE);
        OutboxSimulation simulation = simulation(1, List.of(channel), new Random(1));
        incidents.open("poison", Priority.EMERGENCY, clock.instant());
        simulation.publish("poison");
        for (int i = 0; i < 50; i++) {
            String id = "i" + i;
            simulation.runUntil(clock.instant().plusSeconds(30));
            incidents.open(id, Priority.NOTICE, clock.instant());
            Instant opened = clock.instant();
            simulation.publish(id);
            simulation.runUntil(opened.plusSeconds(4));
            assertEquals(1, channel.shown(id).size(), () -> id + " waits for the other one");
        }
        NotificationRecord poison =
                records.findRecord(Subject.incident("poison"), "bot").orElseThrow();
        assertEquals(1, poison.attempts().givenUp());
        assertEquals(null, poison.pending());
        assertTrue(Objects.requireNonNull(poison.attempts().error()).contains("500"));
    }
}
