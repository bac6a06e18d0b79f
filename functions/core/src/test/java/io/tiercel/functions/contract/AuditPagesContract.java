package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.operate.AuditPages;
import io.tiercel.functions.operate.IncidentPages;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract of {@link AuditPages}. */
public abstract class AuditPagesContract extends StoreContract {
    private static final int MAX_PAGES = 500;

    private void append(@Nullable String incident, String by, String summary) {
        stores.audit().append(AuditEntry.decision(now, by, incident, summary, Map.of()));
    }

    private List<AuditRecord> walk(@Nullable String incident, @Nullable String by, int limit) {
        List<AuditRecord> records = new ArrayList<>();
        String cursor = null;
        for (int i = 0; i < MAX_PAGES; i++) {
            AuditPages.Page page = stores.auditPages().page(incident, by, cursor, limit);
            records.addAll(page.records());
            cursor = page.next();
            if (cursor == null) {
                return records;
            }
        }
        throw new AssertionError("the pages do not end");
    }

    private static List<Long> numbers(List<AuditRecord> records) {
        return records.stream().map(AuditRecord::number).toList();
    }

    @Test
    void pages_contain_every_entry_and_those_of_a_chain_are_newest_first() {
        for (int i = 0; i < 7; i++) {
            append("incident1", i % 2 == 0 ? "http:a" : "http:b", "entry " + i);
            append("incident2", "respond", "entry " + i);
        }
        append(null, "sweep", "entry without incident");
        assertEquals(15, new HashSet<>(walk(null, null, 4)).size());
        assertEquals(15, walk(null, null, 4).size());
        assertEquals(List.of(7L, 6L, 5L, 4L, 3L, 2L, 1L), numbers(walk("incident1", null, 3)));
        assertEquals(List.of(7L, 5L, 3L, 1L), numbers(walk("incident1", "http:a", 3)));
        assertEquals(List.of(6L, 4L, 2L), numbers(walk(null, "http:b", 100)));
        assertEquals(List.of(), walk("unknown", null, 3));
        assertEquals(List.of(), walk(null, "nobody", 3));
        assertEquals(1, walk(null, "sweep", 3).size());
    }

    @Test
    void entries_of_all_chains_are_newest_first() {
        List<String> expected = new ArrayList<>();
        now = Instant.parse("2025-12-31T23:59:58Z"); // a list continues in the year before
        for (int i = 0; i < 30; i++) {
            now = now.plusMillis(i % 3 == 0 ? 1 : 400);
            // Most entries are in one chain, so that its partition has others when the page is full.
            append(i % 4 == 0 ? "incident" + i : "incident", i % 2 == 0 ? "http:a" : "http:b", "entry " + i);
            expected.addFirst("entry " + i);
        }
        now = now.plusSeconds(1);
        for (int limit : List.of(1, 3, 100)) {
            assertEquals(expected, summaries(walk(null, null, limit)));
        }
        List<String> even = IntStream.iterate(28, i -> i >= 0, i -> i - 2)
                .mapToObj(i -> "entry " + i)
                .toList();
        assertEquals(even, summaries(walk(null, "http:a", 4)));
    }

    private static List<String> summaries(List<AuditRecord> records) {
        return records.stream()
                .map(record -> Json.read(record.line(), JsonNode.class, IllegalStateException::new)
                        .path("summary")
                        .asText())
                .toList();
    }

    @Test
    void a_wrong_cursor_is_rejected() {
        append("incident1", "http:a", "entry");
        for (String cursor : List.of("x", "", "'; --", "9".repeat(400), "-")) {
            assertThrows(
                    IncidentPages.InvalidCursor.class, () -> stores.auditPages().page(null, null, cursor, 3), cursor);
            assertThrows(
                    IncidentPages.InvalidCursor.class,
                    () -> stores.auditPages().page("incident1", null, cursor, 3),
                    cursor);
        }
    }
}
