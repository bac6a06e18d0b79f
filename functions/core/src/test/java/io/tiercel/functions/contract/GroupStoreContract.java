package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.GroupSummary.Dimension;
import io.tiercel.functions.notification.group.GroupHeader;
import io.tiercel.functions.notification.group.GroupMember;
import io.tiercel.functions.notification.group.GroupStore;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of {@link GroupStore}. */
public abstract class GroupStoreContract extends StoreContract {
    private static final String GROUP = "soc-mb3k2x1a-0123456789abcdef0123";

    private static GroupHeader header(String id) {
        return new GroupHeader(id, "soc", Dimension.RULE, "Rule <b>& \u00e9", NOW);
    }

    private static GroupMember member(String incident, Priority priority, long count, boolean open, Instant at) {
        return new GroupMember(
                GROUP, incident, "Rule", "shop/cart", "/etc/" + incident, priority, false, count, open, at);
    }

    private static GroupMember member(String incident, long count, boolean open) {
        return member(incident, Priority.WARNING, count, open, NOW);
    }

    private GroupStore created() {
        GroupStore store = stores.groups();
        store.create(header(GROUP));
        return store;
    }

    private static GroupSummary summary(GroupStore store) {
        return store.summary(GROUP).orElseThrow();
    }

    @Test
    void a_group_without_members_or_header_has_no_summary() {
        GroupStore store = created();
        assertEquals(Optional.of(header(GROUP)), store.find(GROUP));
        store.create(new GroupHeader(GROUP, "other", Dimension.HOST, "x", NOW));
        assertEquals(Optional.of(header(GROUP)), store.find(GROUP), "the first header stays");
        assertEquals(Optional.empty(), store.summary(GROUP));
        assertEquals(Optional.empty(), store.find("unknown"));
        assertEquals(Optional.empty(), store.summary("unknown"));
        assertEquals(0, store.size("unknown"));
    }

    @Test
    void the_summary_is_exact_however_often_a_member_is_stored() {
        GroupStore store = created();
        for (int i = 0; i < 25; i++) {
            GroupMember joining =
                    member("i" + i, i == 7 ? Priority.CRITICAL : Priority.WARNING, i + 1, true, NOW.plusMillis(i));
            assertTrue(store.put(joining));
            assertFalse(store.put(joining));
        }
        stores = stores.reopen();
        store = stores.groups();
        GroupSummary summary = summary(store);
        assertEquals(List.of(25L, 25L, 325L), List.of(summary.incidents(), summary.openIncidents(), summary.alerts()));
        assertEquals(25, store.size(GROUP));
        assertEquals(header(GROUP).value(), summary.value());
        assertEquals(Dimension.RULE, summary.dimension());
        assertEquals(Priority.CRITICAL, summary.priority());
        assertEquals(NOW, summary.since());
        assertEquals(NOW.plusMillis(24), summary.until());
        assertEquals(
                List.of("i7", "i24", "i23", "i22", "i21", "i20", "i19", "i18", "i17", "i16"),
                summary.top().stream().map(GroupSummary.Cause::incidentId).toList());
        assertEquals(
                new GroupSummary.Cause("i7", "Rule", "shop/cart", "/etc/i7", Priority.CRITICAL, 8, true),
                summary.top().getFirst());
    }

    @Test
    void an_older_state_never_replaces_a_newer_one() {
        GroupStore store = created();
        assertTrue(store.put(member("i", 5, true)));
        assertFalse(store.put(member("i", 4, false)));
        assertTrue(store.put(member("i", 5, false)));
        assertFalse(store.put(member("i", 5, true)), "a closed incident opens only with another alert");
        assertEquals(0, summary(store).openIncidents());
        assertTrue(store.put(member("i", Priority.CRITICAL, 6, true, NOW.plusSeconds(9))));
        assertEquals(1, summary(store).openIncidents());
        assertEquals(6, summary(store).alerts());
        assertEquals(NOW, summary(store).until(), "it joined once");
        assertEquals(1, store.size(GROUP));
    }

    @Test
    void a_member_of_an_unknown_group_has_no_effect_on_others() {
        GroupStore store = created();
        store.put(member("a", 1, true));
        store.put(new GroupMember("unknown", "a", "R", "w", "", Priority.ALERT, true, 1, true, NOW));
        assertEquals(Optional.empty(), store.summary("unknown"));
        assertEquals(1, summary(store).incidents());
    }

    @Test
    void the_first_group_of_an_occasion_decides() {
        GroupStore store = created();
        store.create(header("other"));
        assertEquals(Optional.empty(), store.assignment("soc", "i", "new/1"));
        assertEquals(GROUP, store.join("soc", "new/1", member("i", 1, true)));
        assertEquals(GROUP, store.join("soc", "new/1", member("i", 2, true).in("other")));
        assertEquals("other", store.join("soc", "urgent/1", member("i", 3, true).in("other")));
        assertEquals("other", store.join("soc-2", "new/1", member("i", 3, true).in("other")));
        assertEquals(Optional.of(GROUP), store.assignment("soc", "i", "new/1"));
        assertEquals(Optional.of("other"), store.assignment("soc", "i", "urgent/1"));
        assertEquals(Optional.empty(), store.assignment("soc", "j", "new/1"));
        assertEquals(2, summary(store).alerts());
        assertEquals(3, store.summary("other").orElseThrow().alerts());
    }

    @Test
    void members_that_join_at_the_same_time_are_all_counted() throws Exception {
        GroupStore store = created();
        int members = stores.slow() ? 60 : 400;
        Random random = new Random(7);
        List<Callable<Boolean>> joins = new ArrayList<>();
        IntStream.range(0, members).forEach(i -> {
            for (int copy = 0; copy < 3; copy++) {
                long count = copy + 1L;
                joins.add(() -> store.put(member("i" + i, count, true)));
            }
        });
        Collections.shuffle(joins, random);
        runConcurrently(joins);
        store.create(header("other"));
        GroupSummary summary = summary(store);
        assertEquals(members, summary.incidents());
        assertEquals(3L * members, summary.alerts());
        // The size is a limit only: a slow store may count a member again if the response was lost.
        assertEquals(members, store.size(GROUP), stores.slow() ? 2.0 : 0.0);
        Set<String> assigned = Set.copyOf(runConcurrently(IntStream.range(0, 8)
                .<Callable<String>>mapToObj(i ->
                        () -> store.join("soc", "new/1", member("i1", 9, true).in(i % 2 == 0 ? GROUP : "other")))
                .toList()));
        assertEquals(1, assigned.size());
    }

    @Test
    void texts_of_any_kind_are_kept_within_the_limit() {
        GroupStore store = created();
        String hostile = "\u0000\"'}{ \uD83D\uDE00<!channel>".repeat(8);
        store.put(
                new GroupMember(GROUP, "i", hostile, hostile, "", Priority.DEBUG, true, Long.MAX_VALUE / 2, true, NOW));
        store.put(new GroupMember(GROUP, "j", "r", "w", "t", Priority.DEBUG, true, Long.MAX_VALUE / 2, true, NOW));
        GroupSummary summary = summary(store);
        assertEquals(hostile, summary.top().getFirst().rule());
        assertTrue(summary.verified());
        assertEquals(Long.MAX_VALUE - 1, summary.alerts());
    }
}
