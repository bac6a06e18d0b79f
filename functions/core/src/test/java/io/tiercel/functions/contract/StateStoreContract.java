package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.guard.ActionCaps;
import io.tiercel.functions.respond.hold.Acquisition;
import io.tiercel.functions.respond.hold.HoldRegistry;
import io.tiercel.functions.respond.hold.Holder;
import io.tiercel.functions.respond.policy.Cap;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import io.tiercel.functions.stage.EnrichStage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The contract of {@link StateStore}, and of the classes that rely on its optimistic concurrency. */
public abstract class StateStoreContract extends StoreContract {
    @Test
    void a_write_requires_the_version_that_was_read() {
        StateStore store = stores.state();
        assertEquals(Optional.empty(), store.read("k"));
        assertFalse(store.write("k", 1, "a", Schedule.NONE), "there is nothing to replace");
        assertTrue(store.write("k", 0, "a", Schedule.NONE));
        assertFalse(store.write("k", 0, "b", Schedule.NONE));
        assertTrue(store.write("k", 1, "b", Schedule.of(DueKind.RETRY, NOW)));
        assertFalse(store.write("k", 1, "c", Schedule.NONE));
        assertEquals(Optional.of(new Versioned(2, "b")), store.read("k"));
        assertEquals(List.of("k"), store.due(DueKind.RETRY, NOW, 10));
        stores = stores.reopen();
        assertEquals(Optional.of(new Versioned(2, "b")), stores.state().read("k"));
        assertTrue(stores.state().write("k", 2, "b", Schedule.NONE));
        assertEquals(List.of(), stores.state().due(DueKind.RETRY, NOW, 10));
    }

    @Test
    void a_key_is_due_until_it_is_written_again() {
        StateStore store = stores.state();
        store.write("never", 0, "x", Schedule.NONE);
        store.write("later", 0, "x", Schedule.of(DueKind.RETRY, NOW.plusMillis(1)));
        store.write("now", 0, "x", Schedule.of(DueKind.RETRY, NOW));
        store.write("long", 0, "x", Schedule.of(DueKind.RETRY, NOW.minusSeconds(9)));
        assertEquals(List.of("long", "now"), store.due(DueKind.RETRY, NOW, 10));
        assertEquals(List.of("long"), store.due(DueKind.RETRY, NOW, 1));
        store.write("long", 1, "x", Schedule.NONE);
        assertEquals(List.of("now"), store.due(DueKind.RETRY, NOW, 10));
    }

    @Test
    void each_kind_of_due_document_has_a_list_of_its_own() {
        StateStore store = stores.state();
        for (DueKind kind : DueKind.values()) {
            store.write(kind.label(), 0, "x", Schedule.of(kind, NOW));
        }
        for (DueKind kind : DueKind.values()) {
            assertEquals(List.of(kind.label()), store.due(kind, NOW, 10));
        }
        store.write(
                "exposed",
                1,
                "x",
                Schedule.of(DueKind.RELEASE, NOW.minusSeconds(1)).keep());
        assertEquals(List.of(), store.due(DueKind.EXPOSED, NOW, 10));
        assertEquals(List.of("exposed", "release"), store.due(DueKind.RELEASE, NOW, 10));
        store.write("exposed", 2, "x", Schedule.NONE.keep());
        assertEquals(List.of("release"), store.due(DueKind.RELEASE, NOW, 10));
    }

    @Test
    void many_documents_are_read_at_once() {
        StateStore store = stores.state();
        String longest = "\u00e4".repeat(100_000);
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < StateStore.MAX_KEYS; i++) {
            String key = "step/a1/" + i;
            keys.add(key);
            if (i % 2 == 0) {
                assertTrue(store.write(key, 0, i < 20 ? longest : "x" + i, Schedule.NONE));
            }
        }
        Map<String, Versioned> found = store.readAll(keys);
        assertEquals(StateStore.MAX_KEYS / 2, found.size());
        assertEquals(new Versioned(1, longest), found.get("step/a1/0"));
        assertEquals(new Versioned(1, "x98"), found.get("step/a1/98"));
        assertEquals(Map.of(), store.readAll(List.of()));
    }

    @Test
    void concurrent_holders_share_one_prior_state_that_is_longer_than_a_document() throws Exception {
        StateStore store = stores.state();
        HoldRegistry holds = new HoldRegistry(store, () -> now);
        String prior = "\u00e4\"".repeat(150_000);
        CapturedPart part = new CapturedPart("pod/uid/labels", prior, "{}", null);
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Holder holder = new Holder("a" + i, "a" + i + "-0", null);
            tasks.add(() -> {
                Acquisition acquired = holds.acquire(holder, List.of(part));
                for (int retries = 0; acquired instanceof Acquisition.Busy && retries < 10_000; retries++) {
                    acquired = holds.acquire(holder, List.of(part));
                }
                if (acquired instanceof Acquisition.Held held) {
                    boolean whole = held.parts().only().prior().equals(prior);
                    held.parts().keep();
                    return whole;
                }
                return false;
            });
        }
        assertEquals(Collections.nCopies(12, true), runConcurrently(tasks));
        assertEquals(
                12,
                holds.incidents(List.of(part.key()))
                        .getOrDefault(part.key(), List.of())
                        .size());
    }

    @Test
    void of_concurrent_writers_one_writes_each_version() throws Exception {
        StateStore store = stores.state();
        List<Boolean> written = runConcurrently(Collections.nCopies(200, () -> {
            long version = store.read("k").map(Versioned::version).orElse(0L);
            return store.write("k", version, "x", Schedule.NONE);
        }));
        assertEquals(
                written.stream().filter(success -> success).count(),
                store.read("k").orElseThrow().version());
    }

    @Test
    void concurrent_callers_never_exceed_a_cap() throws Exception {
        ActionCaps caps = new ActionCaps(stores.state(), () -> now);
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String holder = "incident-" + i;
            tasks.add(() -> caps.acquire("all", Cap.DEFAULT, holder, holder));
        }
        assertEquals(
                Cap.DEFAULT.max(),
                runConcurrently(tasks).stream().filter(acquired -> acquired).count());
    }

    @Test
    void concurrent_writers_list_each_target_once() throws Exception {
        EnrichStage enrichStage = new EnrichStage(new Enricher("", AttackTechniques.load()), IncidentRules.defaults());
        List<EnrichedAlert> alerts = new ArrayList<>();
        for (int pod = 0; pod < 3; pod++) {
            String alert = Alerts.json("a" + pod, "rule", 0)
                    .replace(
                            "\"container.id\":\"host\"",
                            "\"k8s.ns.name\":\"shop\",\"k8s.pod.name\":\"cart-" + pod + "\"");
            alerts.add(((EnrichStage.Result.Enriched) enrichStage.enrich(Json.MAPPER.readTree(alert))).alert());
        }
        List<Callable<Long>> tasks = new ArrayList<>();
        for (int i = 0; i < 48; i++) {
            EnrichedAlert alert = alerts.get(i % 3);
            tasks.add(() -> new AffectedTargets(stores.state()).add("0a", 1, alert));
        }
        runConcurrently(tasks);
        AffectedTargets.ObservedTargets observed = new AffectedTargets(stores.state()).list("0a", 1);
        assertEquals(
                Set.of("cart-0", "cart-1", "cart-2"),
                observed.targets().stream()
                        .map(target -> String.valueOf(target.enrichment().host().pod()))
                        .collect(Collectors.toSet()));
        assertEquals(3, observed.targets().size());
        assertFalse(observed.more());
        assertEquals(
                List.of(), new AffectedTargets(stores.state()).list("0a", 2).targets());
    }
}
