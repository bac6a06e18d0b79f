package io.tiercel.functions.local.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.operate.IncidentFilter;
import io.tiercel.functions.operate.IncidentPages.Page;
import io.tiercel.functions.operate.IncidentSort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;

/** Every incident is on exactly one page, whatever is added between the pages. */
@Tag("unit")
class IncidentCursorPropertyTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @Property(tries = 25)
    void a_walk_finds_every_incident_once(
            @ForAll @Size(max = 25) List<@IntRange(max = 5) Integer> before,
            @ForAll @Size(max = 12) List<@IntRange(max = 5) Integer> added,
            @ForAll @IntRange(min = 1, max = 7) int limit,
            @ForAll IncidentSort sort)
            throws IOException {
        Path folder = Files.createTempDirectory(Path.of("target"), "cursors");
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            SqliteIncidentStore store = new SqliteIncidentStore(database, () -> NOW);
            Set<String> expected = new HashSet<>();
            for (int i = 0; i < before.size(); i++) {
                expected.add(record(store, "before " + i, before.get(i)));
            }
            List<String> walked = new ArrayList<>();
            SqliteIncidentPages pages = new SqliteIncidentPages(database);
            Page page = pages.page(IncidentFilter.ALL, sort, null, limit);
            int next = 0;
            while (true) {
                page.entries().forEach(entry -> walked.add(entry.incident().id()));
                if (page.next() == null) {
                    break;
                }
                if (next < added.size()) {
                    record(store, "added " + next, added.get(next));
                    next++;
                }
                page = pages.page(IncidentFilter.ALL, sort, page.next(), limit);
            }
            assertEquals(walked.size(), new HashSet<>(walked).size(), "twice");
            assertTrue(walked.containsAll(expected), "missing");
        }
    }

    /** Few different times and counts, so that many incidents are equal in the order. */
    private static String record(SqliteIncidentStore store, String rule, int value) {
        String id = "";
        for (int alert = 0; alert <= value % 2; alert++) {
            id = store.record(
                            Alerts.incidentAlert(
                                    rule + alert, rule, value % 3 == 0 ? "Critical" : "Notice", NOW.plusSeconds(value)),
                            IncidentRule.DEFAULT.maxOpen())
                    .incidentId();
        }
        return id;
    }
}
