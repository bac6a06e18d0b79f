package io.tiercel.functions.local.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.intake.RejectionReason;
import io.tiercel.functions.notification.GroupSummary.Dimension;
import io.tiercel.functions.notification.group.GroupHeader;
import io.tiercel.functions.notification.group.GroupMember;
import io.tiercel.functions.privacy.PrivacyFile;
import io.tiercel.functions.privacy.Retention;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class SqliteRetentionTest {
    private static final Retention RETENTION =
            PrivacyFile.read("privacy.yaml", """
            retention: { samples: 10d, incidents: 60d, responses: 90d, health: 5d, rejected: 2d }
            """).retention();

    /** The store stamps state documents with the time of the machine. */
    private final Instant start = Instant.now();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private SqliteStores stores;

    @BeforeEach
    void open() {
        stores = SqliteStores.open(folder, InstantSource.fixed(start));
    }

    @AfterEach
    void close() {
        stores.close();
    }

    private long deleteAfter(int days) {
        return new SqliteRetention(
                        stores.database(),
                        RETENTION,
                        InstantSource.fixed(start.plus(Duration.ofDays(days)).plusSeconds(60)))
                .deleteExpired();
    }

    private SqliteIncidentStore.Totals totals() {
        return new SqliteIncidentStore(stores.database(), InstantSource.fixed(start)).totals();
    }

    private String open(String rule) {
        IncidentAlert alert = Alerts.incidentAlert("id-" + rule, rule, "Notice", start);
        return stores.incidents().record(alert, IncidentRule.DEFAULT.maxOpen()).incidentId();
    }

    private void close(String id) {
        Incident incident = stores.incidents().find(id).orElseThrow();
        assertTrue(stores.incidents().close(incident, new IncidentClosure(start, "quiet", 0)));
    }

    private List<String> sample(String id) {
        return stores.incidents().find(id).orElseThrow().sample();
    }

    @Test
    void eachKindIsDeletedAfterItsOwnTime() {
        String id = open("Closed");
        close(id);
        stores.incidents()
                .recordHealth(
                        "h", Alerts.incidentAlert("h", "R", "Notice", start).alert(), "{}", true);
        AlertInbox inbox = new AlertInbox(stores.database(), InstantSource.fixed(start));
        inbox.accept(
                List.of(),
                List.of(new AlertInbox.RejectedDocument(RejectionReason.NOT_AN_ALERT, "no alert", "{}")),
                Sender.NONE);
        StateStore state = stores.state();
        state.write("plan/" + id, 0, "{}", Schedule.NONE);
        state.write("step/" + id + "/1", 0, "{}", Schedule.NONE);
        state.write("cap/isolate", 0, "{}", Schedule.NONE);

        assertEquals(0, deleteAfter(1));
        assertEquals(1, totals().countedAlerts());
        assertEquals(1, deleteAfter(2), "the rejected document");
        assertEquals(1, deleteAfter(5), "the health message");
        assertEquals(1, sample(id).size());
        assertEquals(1, deleteAfter(10), "the sample");
        assertEquals(List.of(), sample(id));
        assertEquals(1, deleteAfter(60), "the incident");
        assertTrue(stores.incidents().find(id).isEmpty());
        assertEquals(0, totals().alerts());
        assertEquals(1, totals().countedAlerts(), "a counter never decreases");
        assertEquals(1L, inbox.rejectedByReason().get(RejectionReason.NOT_AN_ALERT));
        assertTrue(state.read("plan/" + id).isPresent());
        assertEquals(3, deleteAfter(90), "the state of responses");
        assertTrue(state.read("step/" + id + "/1").isEmpty());
    }

    @Test
    void groupsAreDeletedAfterTheirIncidents() {
        String id = open("Grouped");
        Incident incident = stores.incidents().find(id).orElseThrow();
        stores.groups().create(new GroupHeader("g", "soc", Dimension.RULE, "Grouped", start));
        stores.groups().join("soc", "new", GroupMember.of("g", incident, start));
        stores.groups().create(new GroupHeader("empty", "soc", Dimension.RULE, "Grouped", start));
        deleteAfter(500);
        assertEquals(1, stores.groups().summary("g").orElseThrow().incidents(), "its incident is open");
        assertEquals(Optional.empty(), stores.groups().find("empty"));
        close(id);
        deleteAfter(500);
        assertEquals(Optional.empty(), stores.groups().find("g"));
        assertEquals(Optional.empty(), stores.groups().assignment("soc", id, "new"));
    }

    @Test
    void openIncidentsAndResponsesInForceAreKept() {
        String open = open("Open");
        String isolated = open("Isolated");
        close(isolated);
        StateStore state = stores.state();
        state.write("plan/" + open, 0, "{}", Schedule.NONE);
        state.write("plan/" + isolated, 0, "{}", Schedule.NONE.keep());
        state.write("hold/pod", 0, "{}", Schedule.NONE.keep());
        assertEquals(2, deleteAfter(3000), "the samples");
        assertTrue(stores.incidents().find(open).isPresent());
        assertTrue(stores.incidents().find(isolated).isPresent());
        assertTrue(state.read("plan/" + open).isPresent(), "a deleted plan would be made again");
        assertTrue(state.read("hold/pod").isPresent());

        state.write("plan/" + isolated, 1, "{}", Schedule.NONE);
        assertTrue(deleteAfter(3000) > 0);
        assertFalse(stores.incidents().find(isolated).isPresent());
    }

    @Test
    void theCausesOfAFoldedIncidentAreDeletedBeforeIt() {
        int causes = SqliteRetention.BATCH * SqliteRetention.MAX_BATCHES - 500;
        IncidentAlert alert = Alerts.incidentAlert("a", "Folded", "Notice", start);
        stores.incidents().record(alert, 1);
        String folded = stores.database().write(connection -> {
            String id = "";
            for (int i = 0; i < causes; i++) {
                Fingerprint cause =
                        new Fingerprint("", "Folded", alert.fingerprint().workload(), "", "cause " + i);
                id = stores.incidents()
                        .record(
                                new IncidentAlert(
                                        "id-" + i, alert.alert(), alert.document(), cause, alert.enrichment()),
                                1)
                        .incidentId();
            }
            return id;
        });
        Incident incident = stores.incidents().find(folded).orElseThrow();
        assertEquals(causes, incident.foldedCauses());
        assertEquals(11, deleteAfter(59), "the samples; it is open");
        close(folded);
        assertEquals(causes + 1, deleteAfter(60));
        assertTrue(stores.incidents().find(folded).isEmpty());
    }

    @Test
    void aRunDeletesInBatches() {
        AlertInbox inbox = new AlertInbox(stores.database(), InstantSource.fixed(start));
        for (int i = 0; i < SqliteRetention.BATCH * 2 + 1; i++) {
            inbox.accept(
                    List.of(),
                    List.of(new AlertInbox.RejectedDocument(RejectionReason.NOT_AN_ALERT, "no alert", "{}")),
                    Sender.NONE);
        }
        assertEquals(SqliteRetention.BATCH * 2 + 1, deleteAfter(2));
    }
}
