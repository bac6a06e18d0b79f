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
import io.tiercel.functions.respond.guard.ActionCaps;
import io.tiercel.functions.respond.policy.Cap;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import io.tiercel.functions.stage.EnrichStage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
            tasks.add(() -> caps.acquire("all", Cap.DEFAULT, holder));
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
