package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.operate.IncidentFilter;
import io.tiercel.functions.operate.IncidentFilter.States;
import io.tiercel.functions.operate.IncidentNotes;
import io.tiercel.functions.operate.IncidentPages;
import io.tiercel.functions.operate.IncidentPages.Entry;
import io.tiercel.functions.operate.IncidentPages.Page;
import io.tiercel.functions.operate.IncidentSort;
import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract of {@link IncidentPages}. */
public abstract class IncidentPagesContract extends StoreContract {
    private static final int MAX_PAGES = 1_000;

    private IncidentPages pages() {
        return stores.incidentPages();
    }

    private String record(String rule, String priority, Instant time) {
        return record(Alerts.incidentAlert(rule + time, rule, priority, time));
    }

    private String record(IncidentAlert alert) {
        return stores.incidents().record(alert, IncidentRule.DEFAULT.maxOpen()).incidentId();
    }

    /** Returns an alert with another host, namespace and target. */
    private static IncidentAlert at(String host, @Nullable String namespace, String target, String rule, Instant time) {
        IncidentAlert alert = Alerts.incidentAlert(rule + host + target + time, rule, "Notice", time);
        HostFacts facts = new HostFacts(host, null, "", null, "img/web", null, namespace, "pod-1", null, null);
        return new IncidentAlert(
                alert.alertId(),
                alert.alert(),
                alert.document(),
                new Fingerprint("", rule, "w", "/bin/x", target),
                new io.tiercel.functions.enrich.Enrichment(facts, List.of(), List.of()));
    }

    private void close(String id) {
        Incident seen = stores.incidents().find(id).orElseThrow();
        assertTrue(stores.incidents().close(seen, new IncidentClosure(now, "http:a", nanos(now))));
    }

    /** Returns the ids of all pages. Fails if the pages do not end. */
    private List<String> walk(IncidentFilter filter, IncidentSort sort, int limit, Runnable between) {
        List<String> ids = new ArrayList<>();
        String cursor = null;
        for (int number = 0; number < MAX_PAGES; number++) {
            Page page = pages().page(filter, sort, cursor, limit);
            assertTrue(page.entries().size() <= limit, "a page has more than its limit");
            page.entries().forEach(entry -> ids.add(entry.incident().id()));
            cursor = page.next();
            if (cursor == null) {
                return ids;
            }
            between.run();
        }
        throw new AssertionError("the pages do not end");
    }

    private List<String> list(IncidentFilter filter) {
        return walk(filter, IncidentSort.LAST_SEEN, IncidentPages.MAX_LIMIT, () -> {});
    }

    @Test
    void an_empty_store_has_one_empty_page() {
        Page page = pages().page(IncidentFilter.ALL, IncidentSort.LAST_SEEN, null, 10);
        assertEquals(List.of(), walk(IncidentFilter.ALL, IncidentSort.LAST_SEEN, 10, () -> {}));
        assertTrue(page.total() == null || page.total() == 0);
    }

    @Test
    void the_last_seen_incident_is_first() {
        String first = record("first", "Notice", NOW);
        String third = record("third", "Notice", NOW.plusSeconds(2));
        String second = record("second", "Notice", NOW.plusSeconds(1));
        assertEquals(List.of(third, second, first), list(IncidentFilter.ALL));
        record("first", "Notice", NOW.plusSeconds(9));
        assertEquals(List.of(first, third, second), list(IncidentFilter.ALL));
    }

    @Test
    void every_supported_order_is_an_order_over_all_pages() {
        for (int i = 0; i < 12; i++) {
            String priority = List.of("Notice", "Critical", "Warning").get(i % 3);
            for (int alert = 0; alert <= i % 4; alert++) {
                record("rule " + i, priority, NOW.plusSeconds(100L * ((i * 7) % 12) + alert));
            }
        }
        for (IncidentSort sort : pages().sorts()) {
            List<String> ids = walk(IncidentFilter.ALL, sort, 5, () -> {});
            assertEquals(12, new HashSet<>(ids).size(), sort.label());
            assertEquals(12, ids.size(), sort.label());
            List<Long> keys = ids.stream()
                    .map(id -> stores.incidents().find(id).orElseThrow())
                    .map(incident -> switch (sort) {
                        case LAST_SEEN -> -incident.lastSeenNanos();
                        case FIRST_SEEN -> -incident.firstSeenNanos();
                        case COUNT -> -incident.count();
                        case PRIORITY -> (long) incident.priority().ordinal();
                    })
                    .toList();
            assertEquals(keys.stream().sorted().toList(), keys, sort.label());
        }
        assertTrue(pages().sorts().contains(IncidentSort.LAST_SEEN));
    }

    @Test
    void states_are_filtered() {
        String open = record("open", "Notice", NOW);
        String escalated = record("escalated", "Notice", NOW.plusSeconds(1));
        stores.incidents().markAudited(escalated, 1, 1);
        String closed = record("closed", "Notice", NOW.plusSeconds(2));
        close(closed);
        assertEquals(List.of(escalated, open), list(IncidentFilter.ACTIVE));
        assertEquals(List.of(open), list(IncidentFilter.ofStates(States.OPEN)));
        assertEquals(List.of(escalated), list(IncidentFilter.ofStates(States.ESCALATED)));
        assertEquals(List.of(closed), list(IncidentFilter.ofStates(States.CLOSED)));
        assertEquals(List.of(closed, escalated, open), list(IncidentFilter.ALL));
    }

    @Test
    void each_part_of_a_filter_selects_and_all_parts_must_match() {
        String a = record(at("host-a", "shop", "/srv/Secret", "rule 1", NOW));
        String b = record(at("host-b", null, "/etc/passwd", "rule 1", NOW.plusSeconds(1)));
        String c = record("rule 2", "Critical", NOW.plusSeconds(2));
        IncidentFilter all = IncidentFilter.ALL;
        assertEquals(List.of(b, a), list(IncidentFilter.ofRule("rule 1")));
        assertEquals(List.of(), list(IncidentFilter.ofRule("rule")));
        assertEquals(List.of(c), list(filter(null, Priority.ERROR, null, null, null, null)));
        assertEquals(List.of(c, b, a), list(filter(null, Priority.NOTICE, null, null, null, null)));
        assertEquals(List.of(a), list(filter(null, null, "host-a", null, null, null)));
        assertEquals(List.of(a), list(filter(null, null, null, "shop", null, null)));
        assertEquals(List.of(c, b), list(filter(null, null, null, null, NOW.plusSeconds(1), null)));
        assertEquals(List.of(a), list(filter(null, null, null, null, null, "srv/secret")));
        assertEquals(List.of(b, a), list(filter(null, null, null, null, null, "IMG/WEB")));
        assertEquals(List.of(), list(filter(null, null, null, null, null, "img_web")), "_ is no wildcard");
        assertEquals(List.of(), list(filter(null, null, null, null, null, "%")), "% is no wildcard");
        assertEquals(List.of(b), list(filter("rule 1", Priority.DEBUG, "host-b", null, NOW, "passwd")));
        assertEquals(List.of(), list(filter("rule 2", null, "host-b", null, null, null)));
        assertEquals(List.of(c, b, a), list(all));
        Instant middle = NOW.plusSeconds(1);
        assertEquals(
                List.of(b), list(new IncidentFilter(States.ALL, null, null, null, null, middle, middle, null, null)));
    }

    private static IncidentFilter filter(
            @Nullable String rule,
            @Nullable Priority priority,
            @Nullable String host,
            @Nullable String namespace,
            @Nullable Instant since,
            @Nullable String text) {
        return new IncidentFilter(States.ALL, rule, priority, host, namespace, since, null, text, null);
    }

    @Test
    void an_acknowledgement_belongs_to_its_episode() {
        String acknowledged = record("acknowledged", "Notice", NOW);
        String other = record("other", "Notice", NOW.plusSeconds(1));
        stores.notifications().acknowledge(new Acknowledgement(acknowledged, 1, "http:a", NOW.toEpochMilli()));
        IncidentFilter yes = new IncidentFilter(States.ALL, null, null, null, null, null, null, null, true);
        IncidentFilter no = new IncidentFilter(States.ALL, null, null, null, null, null, null, null, false);
        assertEquals(List.of(acknowledged), list(yes));
        assertEquals(List.of(other), list(no));
        assertEquals(1, pages().counts(NOW).unacknowledged());
        close(acknowledged);
        now = now.plusSeconds(60);
        record("acknowledged", "Notice", now.plusSeconds(1));
        assertEquals(List.of(), list(yes), "it has reopened");
        Entry entry = pages().find(acknowledged).orElseThrow();
        assertEquals(null, entry.acknowledgement());
        assertEquals(2, entry.incident().lifecycle().episode());
    }

    @Test
    void entries_have_what_operators_wrote_and_the_activity() {
        String id = record("rule", "Notice", NOW);
        Acknowledgement acknowledgement = new Acknowledgement(id, 1, "http:a", NOW.toEpochMilli());
        IncidentNotes.Assignment assignment = new IncidentNotes.Assignment("Alice", "http:b", NOW);
        stores.notifications().acknowledge(acknowledgement);
        stores.incidentNotes().assign(id, assignment);
        now = now.plus(Duration.ofMinutes(2));
        record("rule", "Notice", NOW.plusSeconds(1));
        record("rule", "Notice", NOW.plusSeconds(2));
        stores = stores.reopen();
        Entry listed = pages().page(IncidentFilter.ALL, IncidentSort.LAST_SEEN, null, 1)
                .entries()
                .getFirst();
        Entry found = pages().find(id).orElseThrow();
        for (Entry entry : List.of(listed, found)) {
            assertEquals(acknowledgement, entry.acknowledgement());
            assertEquals(assignment, entry.assignment());
            List<Long> counts = entry.activity().until(now);
            assertEquals(List.of(1L, 0L, 2L), counts.subList(57, 60));
        }
        assertEquals(List.of(), listed.incident().sample());
        assertEquals(3, found.incident().sample().size());
        assertTrue(pages().find("0".repeat(24)).isEmpty());
    }

    @Test
    void a_walk_finds_every_incident_once_while_others_are_added() {
        int number = stores.slow() ? 40 : 200;
        Set<String> before = new TreeSet<>();
        for (int i = 0; i < number; i++) {
            // Many have equal times, which only their ids order.
            before.add(record("rule " + i, "Notice", NOW.plusSeconds(i / 10)));
        }
        for (IncidentSort sort : pages().sorts()) {
            Random random = new Random(sort.ordinal());
            int[] added = new int[1];
            List<String> ids = walk(IncidentFilter.ALL, sort, 7, () -> {
                String name = sort + " " + added[0]++;
                record("added " + name, "Notice", NOW.plusSeconds(random.nextInt(-50, 50)));
            });
            assertEquals(ids.size(), new HashSet<>(ids).size(), "no incident is there twice: " + sort);
            assertTrue(ids.containsAll(before), "every incident is there: " + sort);
        }
    }

    @Test
    void a_wrong_cursor_is_rejected() {
        record("rule", "Notice", NOW);
        for (String cursor : List.of("x", "", "1/2/3/4", "'; --", "\u0000", "9".repeat(400), "1/z", "/")) {
            assertThrows(
                    IncidentPages.InvalidCursor.class,
                    () -> pages().page(IncidentFilter.ALL, IncidentSort.LAST_SEEN, cursor, 10),
                    cursor);
        }
    }

    @Test
    void ids_are_found_by_their_beginning() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(record("rule " + i, "Notice", NOW));
        }
        for (String id : ids) {
            assertEquals(List.of(id), pages().idsWithPrefix(id.substring(0, 10), 3));
            assertEquals(List.of(id), pages().idsWithPrefix(id, 3));
        }
        String other =
                (ids.getFirst().charAt(0) == '0' ? "1" : "0") + ids.getFirst().substring(1);
        assertEquals(List.of(), pages().idsWithPrefix(other, 3));
    }

    @Test
    void incidents_are_counted() {
        assertEquals(new IncidentPages.Counts(0, 0, 0, 0, 0, Map.of()), pages().counts(NOW));
        record("a", "Notice", NOW);
        record("a", "Notice", NOW.plusSeconds(1));
        String escalated = record("b", "Critical", NOW.plusSeconds(2));
        stores.incidents().markAudited(escalated, 1, 1);
        close(record("c", "Error", NOW));
        now = now.plusSeconds(100);
        close(record("d", "Error", NOW));
        assertEquals(
                new IncidentPages.Counts(1, 1, 1, 2, 5, Map.of(Priority.NOTICE, 1L, Priority.CRITICAL, 1L)),
                pages().counts(NOW.plusSeconds(50)));
        assertEquals(2, pages().counts(NOW).closedSince());
    }

    @Test
    void rules_are_counted() {
        for (int i = 0; i < 3; i++) {
            record(at("host-" + i, null, "/t", "noisy", NOW.plusSeconds(i)));
            record(at("host-" + i, null, "/t" + i, "noisy", NOW.plusSeconds(10 + i)));
        }
        record("quiet", "Critical", NOW.plusSeconds(5));
        List<IncidentPages.RuleCount> rules = pages().rules(null, 10);
        assertEquals(
                List.of("noisy", "quiet"),
                rules.stream().map(IncidentPages.RuleCount::rule).toList());
        IncidentPages.RuleCount noisy = rules.getFirst();
        assertEquals(6, noisy.alerts());
        assertEquals(4, noisy.incidents());
        assertEquals(nanos(NOW.plusSeconds(12)), noisy.lastSeenNanos());
        assertEquals(Priority.CRITICAL, rules.getLast().priority());
        assertEquals(1, pages().rules(null, 1).size());
        assertEquals(1, pages().rules(NOW.plusSeconds(6), 10).size());
        assertFalse(pages().rules(NOW.plusSeconds(5), 10).size() == 1);
    }
}
