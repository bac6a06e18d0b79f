package io.tiercel.functions.respond.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class HoldRegistryTest {
    private static final String KEY = "interface/eni-1";
    private static final String OTHER_KEY = "interface/eni-2";

    private final InMemoryStateStore store = new InMemoryStateStore();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final HoldRegistry holds = new HoldRegistry(store, () -> now);

    private static Holder holder(String incident) {
        return new Holder(incident, incident + "-0", null);
    }

    private static CapturedPart part(String key, String prior, String request) {
        return new CapturedPart(key, prior, request, null);
    }

    private LockedParts hold(String incident, CapturedPart... parts) {
        return assertInstanceOf(Acquisition.Held.class, holds.acquire(holder(incident), List.of(parts)))
                .parts();
    }

    private LockedParts lock(String incident, String... keys) {
        return assertInstanceOf(Acquisition.Held.class, holds.lock(incident + "-0", List.of(keys)))
                .parts();
    }

    @Test
    void the_first_holder_stores_the_prior_state_and_the_last_one_gets_it_back() {
        LockedParts first = hold("a", part(KEY, "[web]", "isolate"));
        assertEquals(List.of(new HeldPart(KEY, "[web]", null, "isolate", List.of())), first.all());
        first.record(KEY, "[quarantine]", false);
        first.keep();

        LockedParts second = hold("b", part(KEY, "[quarantine]", "label"));
        assertEquals(List.of("a"), second.otherIncidents());
        assertEquals(List.of(new HeldPart(KEY, "[web]", "[quarantine]", "label", List.of("isolate"))), second.all());
        second.keep();
        assertEquals(Map.of(KEY, List.of("a", "b")), holds.incidents(List.of(KEY, OTHER_KEY)));

        LockedParts released = lock("a", KEY);
        assertEquals(List.of("label"), released.only().otherRequests());
        released.drop();
        LockedParts last = lock("b", KEY);
        assertTrue(last.only().isLastHold());
        assertEquals("[web]", last.only().prior());
        last.drop();
        assertEquals(Map.of(KEY, List.of()), holds.incidents(List.of(KEY)));
        assertEquals(
                "[db]", hold("c", part(KEY, "[db]", "isolate")).only().prior(), "nothing of earlier holds is left");
    }

    @Test
    void equal_requests_are_stored_and_returned_once() {
        String request = "w".repeat(CapturedPart.MAX_REQUEST);
        for (int i = 0; i < 20; i++) {
            hold("a" + i, part(KEY, "p", request)).keep();
        }
        LockedParts last = hold("b", part(KEY, "q", "other"));
        assertEquals(List.of(request), last.only().otherRequests());
    }

    @Test
    void one_process_at_a_time_works_on_a_part() {
        LockedParts first = hold("a", part(KEY, "p", "{}"));
        assertEquals(new Acquisition.Busy(KEY), holds.acquire(holder("b"), List.of(part(KEY, "p", "{}"))));
        assertEquals(new Acquisition.Busy(KEY), holds.lock("a-0", List.of(KEY)));
        first.keep();
        hold("b", part(KEY, "p", "{}")).keep();
    }

    @Test
    void a_step_holds_all_its_parts_or_none() {
        LockedParts first = hold("a", part(OTHER_KEY, "p", "{}"));
        Acquisition busy = holds.acquire(holder("b"), List.of(part(OTHER_KEY, "p", "{}"), part(KEY, "p", "{}")));
        assertEquals(new Acquisition.Busy(OTHER_KEY), busy);
        assertEquals(Map.of(KEY, List.of(), OTHER_KEY, List.of("a")), holds.incidents(List.of(KEY, OTHER_KEY)));
        first.keep();
        assertEquals(
                List.of(OTHER_KEY, KEY),
                hold("b", part(OTHER_KEY, "p", "{}"), part(KEY, "p", "{}")).keys(),
                "in the order in which they were captured");
    }

    @Test
    void a_process_whose_lock_expired_writes_nothing() {
        LockedParts slow = hold("a", part(KEY, "p", "{}"));
        slow.record(KEY, "w1", false);
        now = now.plus(HoldRegistry.LOCK_TIME);
        assertEquals(
                ActionException.Kind.RETRYABLE,
                assertThrows(ActionException.class, slow::checkLocked).kind());
        LockedParts next = hold("b", part(KEY, "q", "{}"));
        assertEquals("w1", next.only().written());
        next.record(KEY, "w2", false);
        now = now.minus(HoldRegistry.LOCK_TIME);
        assertThrows(ActionException.class, () -> slow.record(KEY, "w3", false), "also if its clock is behind");
        slow.keep();
        next.keep();
        assertEquals("w2", lock("a", KEY).only().written());
    }

    @Test
    void recording_extends_the_lock() {
        LockedParts parts = hold("a", part(KEY, "p", "{}"));
        for (int i = 0; i < 5; i++) {
            now = now.plus(HoldRegistry.LOCK_TIME.dividedBy(2));
            parts.record(KEY, "w" + i, false);
        }
        parts.checkLocked();
    }

    @Test
    void a_state_with_something_of_ours_is_never_a_prior_state() {
        CapturedPart ours = part(KEY, "[quarantine]", "{}").ours("eni-1 is already in quarantine");
        assertEquals(
                new Acquisition.Refused(List.of("eni-1 is already in quarantine")),
                holds.acquire(holder("a"), List.of(ours)));
        assertEquals(Map.of(KEY, List.of()), holds.incidents(List.of(KEY)));
        Acquisition.Held held = assertInstanceOf(
                Acquisition.Held.class, holds.acquire(holder("a"), List.of(ours, part(OTHER_KEY, "p", "{}"))));
        assertEquals(List.of("eni-1 is already in quarantine"), held.problems());
        assertEquals(List.of(OTHER_KEY), held.parts().keys());
        held.parts().keep();

        hold("b", part(KEY, "[web]", "{}")).keep();
        assertEquals("[web]", hold("c", ours).only().prior(), "a stored prior state is used instead");
    }

    @Test
    void a_part_that_was_released_since_it_was_captured_is_captured_again() {
        CapturedPart captured = part(KEY, "[quarantine]", "isolate");
        hold("a", part(KEY, "[web]", "isolate")).keep();
        lock("a", KEY).drop();
        Acquisition.Held held = assertInstanceOf(
                Acquisition.Held.class,
                holds.acquire(
                        holder("b"),
                        List.of(captured),
                        List.of(),
                        () -> {},
                        () -> List.of(part(KEY, "[web]", "isolate"))));
        assertEquals("[web]", held.parts().only().prior());
    }

    @Test
    void a_target_that_has_other_parts_when_it_is_captured_again_is_tried_again() {
        hold("a", part(KEY, "[web]", "isolate")).keep();
        lock("a", KEY).drop();
        assertEquals(
                new Acquisition.Busy(KEY),
                holds.acquire(
                        holder("b"),
                        List.of(part(KEY, "[web]", "isolate")),
                        List.of(),
                        () -> {},
                        () -> List.of(part(OTHER_KEY, "[web]", "isolate"))));
        hold("c", part(KEY, "[web]", "isolate"));
    }

    @Test
    void a_part_is_captured_once_if_its_state_is_not_needed_or_cannot_be_ours() {
        Supplier<List<CapturedPart>> never = () -> fail("captured again");
        Acquisition.Held first = assertInstanceOf(
                Acquisition.Held.class,
                holds.acquire(holder("a"), List.of(part(KEY, "p", "{}")), List.of(), () -> {}, never));
        first.parts().keep();
        assertInstanceOf(
                Acquisition.Held.class,
                holds.acquire(holder("b"), List.of(part(KEY, "q", "{}")), List.of(), () -> {}, never));
    }

    @Test
    void a_part_that_the_step_holds_is_kept_although_the_target_has_lost_it() {
        hold("a", part(KEY, "[web]", "isolate")).keep();
        List<CapturedPart> captured = List.of(part(OTHER_KEY, "[db]", "isolate"));
        Acquisition.Held held = assertInstanceOf(
                Acquisition.Held.class, holds.acquire(holder("a"), captured, List.of(KEY), () -> {}, () -> captured));
        assertEquals(List.of(OTHER_KEY, KEY), held.parts().keys());
        assertEquals("[web]", held.parts().part(KEY).prior());
        held.parts().keep();
        assertEquals(Map.of(KEY, List.of("a"), OTHER_KEY, List.of("a")), holds.incidents(List.of(KEY, OTHER_KEY)));
    }

    @Test
    void a_part_that_the_step_does_not_hold_any_more_is_not_kept() {
        List<CapturedPart> captured = List.of(part(OTHER_KEY, "[db]", "isolate"));
        Acquisition.Held held = assertInstanceOf(
                Acquisition.Held.class, holds.acquire(holder("a"), captured, List.of(KEY), () -> {}, () -> captured));
        assertEquals(List.of(OTHER_KEY), held.parts().keys());
        hold("b", part(KEY, "[web]", "isolate")).keep();
    }

    @Test
    void a_part_that_the_step_holds_is_kept_although_its_state_is_too_large_now() {
        hold("a", part(KEY, "[web]", "isolate")).keep();
        LockedParts parts = hold("a", part(KEY, "x".repeat(PriorStates.MAX_CHARACTERS + 1), "isolate"));
        assertEquals("[web]", parts.only().prior());
    }

    @Test
    void a_step_after_a_drifted_release_captures_anew() {
        hold("a", part(KEY, "[web]", "isolate")).keep();
        lock("a", KEY).drift();
        assertEquals("[web]", lock("a", KEY).only().prior(), "a person can release it again");
        now = now.plus(HoldRegistry.LOCK_TIME);
        LockedParts next = hold("b", part(KEY, "[db]", "isolate"));
        assertEquals(List.of(new HeldPart(KEY, "[db]", null, "isolate", List.of())), next.all());
        next.keep();
        assertTrue(lock("a", KEY).isEmpty(), "the drifted hold is gone");
    }

    @Test
    void what_is_left_of_ours_after_a_drifted_release_does_not_become_a_prior_state() {
        hold("a", part(KEY, "[web]", "isolate")).keep();
        lock("a", KEY).drift();
        CapturedPart ours = part(KEY, "[quarantine, debug]", "isolate").ours("already in quarantine");
        assertEquals("[web]", hold("b", ours).only().prior());
    }

    @Test
    void a_drifted_holder_wants_nothing_any_more() {
        hold("a", part(KEY, "p", "isolate")).keep();
        hold("b", part(KEY, "p", "label")).keep();
        lock("a", KEY).drift();
        assertEquals(Map.of(KEY, List.of("b")), holds.incidents(List.of(KEY)));
        LockedParts last = lock("b", KEY);
        assertTrue(last.only().isLastHold());
        assertEquals(List.of(), last.otherIncidents());
    }

    @Test
    void a_part_with_too_many_holders_is_full() {
        for (int i = 0; i < HoldRegistry.MAX_HOLDERS; i++) {
            LockedParts parts = hold("a" + i, part(KEY, "p", "{}"));
            assertFalse(parts.full());
            parts.keep();
        }
        Acquisition.Refused refused =
                assertInstanceOf(Acquisition.Refused.class, holds.acquire(holder("b"), List.of(part(KEY, "p", "{}"))));
        assertTrue(refused.problems().getFirst().contains("too many steps hold " + KEY), refused.toString());
        LockedParts earlier = lock("a7", KEY);
        assertTrue(earlier.full());
        earlier.drop();
        assertTrue(lock("a8", KEY).full(), "until nobody holds it");
    }

    @Test
    void requests_that_do_not_fit_into_a_document_make_a_part_full() {
        int stored = 0;
        Acquisition acquired;
        do {
            acquired = holds.acquire(
                    holder("a" + stored),
                    List.of(part(KEY, "p", stored + "\u00e4".repeat(CapturedPart.MAX_REQUEST / 2))));
            if (acquired instanceof Acquisition.Held held) {
                held.parts().record(KEY, "\"".repeat(CapturedPart.MAX_REQUEST), false);
                held.parts().keep();
                stored++;
            }
        } while (acquired instanceof Acquisition.Held && stored < 100);
        assertEquals(3, stored);
        assertTrue(lock("a0", KEY).full());
    }

    @Test
    void a_long_prior_state_is_split_and_emptied_at_the_end() {
        String pair = "\ud83d\ude00";
        String prior = "x" + pair.repeat(PriorStates.MAX_DOCUMENT);
        hold("a", part(KEY, prior, "{}")).keep();
        LockedParts parts = lock("a", KEY);
        assertEquals(prior, parts.only().prior());
        PriorState stored = Objects.requireNonNull(
                store.read("hold/" + KEY).orElseThrow().parse(StoredHold.class).prior());
        assertEquals(3, stored.documents());
        parts.drop();
        for (int i = 0; i < stored.documents(); i++) {
            String document = "hold/" + KEY + "/prior/" + stored.id() + "/" + i;
            assertEquals("", store.read(document).orElseThrow().document());
        }
    }

    @Test
    void a_state_that_is_too_large_is_refused() {
        String prior = "x".repeat(PriorStates.MAX_CHARACTERS + 1);
        Acquisition refused = holds.acquire(holder("a"), List.of(part(KEY, prior, "{}")));
        assertTrue(refused.toString().contains("too large"), refused.toString());
    }

    @Test
    void an_exposed_part_is_due_from_its_first_record_until_it_is_closed() {
        LockedParts parts = hold("a", part(KEY, "p", "{}"));
        ExposedParts exposed = new ExposedParts(store, () -> now);
        assertEquals(0, exposed.getAsInt());
        parts.record(KEY, "hop", true);
        Instant since = now;
        now = now.plus(Duration.ofSeconds(20));
        parts.record(KEY, "hop again", true);
        assertEquals(List.of("hold/" + KEY), store.due(DueKind.EXPOSED, since, 10), "since the first record");
        assertTrue(parts.exposed());
        assertTrue(holds.exposed(List.of(OTHER_KEY, KEY)));
        parts.keep();
        assertEquals(1, exposed.getAsInt(), "also after the process gave up");
        LockedParts again = lock("a", KEY);
        again.record(KEY, "closed", false);
        assertEquals(0, exposed.getAsInt());
    }

    @Test
    void a_write_that_the_store_repeated_is_recognized() {
        AtomicBoolean repeat = new AtomicBoolean();
        StateStore repeating = new StateStore() {
            @Override
            public Optional<Versioned> read(String key) {
                return store.read(key);
            }

            @Override
            public Map<String, Versioned> readAll(Collection<String> keys) {
                return store.readAll(keys);
            }

            @Override
            public boolean write(String key, long expectedVersion, String document, Schedule schedule) {
                boolean written = store.write(key, expectedVersion, document, schedule);
                return written && !repeat.get();
            }

            @Override
            public List<String> due(DueKind kind, Instant at, int limit) {
                return store.due(kind, at, limit);
            }
        };
        HoldRegistry other = new HoldRegistry(repeating, () -> now);
        repeat.set(true);
        LockedParts parts = assertInstanceOf(
                        Acquisition.Held.class, other.acquire(holder("a"), List.of(part(KEY, "p", "{}"))))
                .parts();
        parts.record(KEY, "w", false);
        parts.drop();
        assertNull(
                store.read("hold/" + KEY).orElseThrow().parse(StoredHold.class).prior());
    }
}
