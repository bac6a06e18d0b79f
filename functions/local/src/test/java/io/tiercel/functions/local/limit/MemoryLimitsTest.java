package io.tiercel.functions.local.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class MemoryLimitsTest {
    private static final int TOTAL = 1 << 20;

    @Test
    void large_bodies_leave_a_part_of_the_budget_to_small_ones() {
        ByteBudget budget = new ByteBudget(TOTAL);
        assertTrue(budget.reservation().extendTo(TOTAL / 4 * 3));
        assertFalse(budget.reservation().extendTo(ByteBudget.SMALL + 1));
        for (int i = 0; i < TOTAL / 4 / ByteBudget.SMALL; i++) {
            assertTrue(budget.reservation().extendTo(ByteBudget.SMALL));
        }
        assertFalse(budget.reservation().extendTo(1));
        assertEquals(TOTAL, budget.used());
    }

    @Property(tries = 300)
    void the_budget_is_never_exceeded_and_returns_completely(
            @ForAll @Size(max = 60) List<@IntRange(min = 1, max = TOTAL / 2) Integer> sizes,
            @ForAll @IntRange(min = 1, max = 5) int releaseEvery) {
        ByteBudget budget = new ByteBudget(TOTAL);
        Queue<ByteBudget.Reservation> reservations = new ArrayDeque<>();
        for (int i = 0; i < sizes.size(); i++) {
            ByteBudget.Reservation reservation = budget.reservation();
            boolean extended = reservation.extendTo(sizes.get(i) / 2) && reservation.extendTo(sizes.get(i));
            assertTrue(!extended || reservation.bytes() == sizes.get(i));
            reservations.add(reservation);
            assertTrue(budget.used() <= TOTAL);
            assertEquals(
                    reservations.stream()
                            .mapToLong(ByteBudget.Reservation::bytes)
                            .sum(),
                    budget.used());
            if (i % releaseEvery == 0) {
                reservations.remove().release();
            }
        }
        reservations.forEach(ByteBudget.Reservation::release);
        reservations.forEach(ByteBudget.Reservation::release);
        assertEquals(0, budget.used());
        assertTrue(budget.reservation().extendTo(TOTAL / 4 * 3), "large bodies are still counted");
    }

    @Property(tries = 300)
    void bodies_are_processed_in_order_and_within_the_limit(
            @ForAll @Size(max = 40) List<@IntRange(min = 1, max = 150) Integer> sizes,
            @ForAll @IntRange(min = 2, max = 10) int dropEvery) {
        int limit = 100;
        ProcessingGate gate = new ProcessingGate(limit);
        List<ProcessingGate.Place> places = new ArrayList<>();
        Queue<Integer> processing = new ArrayDeque<>();
        List<Integer> started = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            int index = i;
            ProcessingGate.Place place = gate.place(sizes.get(i), () -> {
                processing.add(index);
                started.add(index);
            });
            places.add(place);
            place.enter();
            place.enter();
            if (i % dropEvery == 0 && !processing.contains(i)) {
                place.leave();
            } else {
                expected.add(i);
            }
            assertWithin(limit, processing, sizes);
        }
        while (!processing.isEmpty()) {
            ProcessingGate.Place place = places.get(processing.remove());
            place.leave();
            place.leave();
            assertWithin(limit, processing, sizes);
        }
        assertEquals(expected, started);
    }

    private static void assertWithin(int limit, Queue<Integer> processing, List<Integer> sizes) {
        int sum = processing.stream().mapToInt(sizes::get).sum();
        assertTrue(sum <= limit || processing.size() == 1, processing.toString());
    }

    @Test
    void the_connection_that_waited_longest_makes_room() {
        ConnectionTable table = new ConnectionTable(2);
        GuardedConnection first = new GuardedConnection(table);
        GuardedConnection second = new GuardedConnection(table);
        GuardedConnection third = new GuardedConnection(table);
        assertTrue(table.add(first));
        assertTrue(table.add(second));
        table.setWaiting(first, false);
        assertTrue(table.add(third), "the second connection waits for a request");
        table.setWaiting(third, false);
        assertFalse(table.add(new GuardedConnection(table)), "all connections have requests in progress");
        table.setWaiting(first, true);
        assertTrue(table.add(new GuardedConnection(table)));
    }
}
