package io.tiercel.functions.local.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.contract.AuditLogContract;
import io.tiercel.functions.contract.AuditPagesContract;
import io.tiercel.functions.contract.AuditTamperingContract;
import io.tiercel.functions.contract.BatchContract;
import io.tiercel.functions.contract.BatchEquivalenceContract;
import io.tiercel.functions.contract.FleetContract;
import io.tiercel.functions.contract.FoldedResponseContract;
import io.tiercel.functions.contract.FoldingContract;
import io.tiercel.functions.contract.GroupStoreContract;
import io.tiercel.functions.contract.HoldPagesContract;
import io.tiercel.functions.contract.HostileInputContract;
import io.tiercel.functions.contract.IncidentLifecycleContract;
import io.tiercel.functions.contract.IncidentNotesContract;
import io.tiercel.functions.contract.IncidentPagesContract;
import io.tiercel.functions.contract.IncidentStoreContract;
import io.tiercel.functions.contract.NotificationStoreContract;
import io.tiercel.functions.contract.OperatorServiceContract;
import io.tiercel.functions.contract.SenderContract;
import io.tiercel.functions.contract.StateStoreContract;
import io.tiercel.functions.contract.Stores;
import io.tiercel.functions.contract.TokenReplayGuardContract;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.intake.RejectionReason;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.NotificationFaultContract;
import io.tiercel.functions.notification.silence.SilencesContract;
import io.tiercel.functions.operate.IncidentFilter;
import io.tiercel.functions.operate.IncidentFilter.States;
import io.tiercel.functions.operate.IncidentNotes.Assignment;
import io.tiercel.functions.operate.IncidentNotes.Comment;
import io.tiercel.functions.operate.IncidentSort;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.privacy.SubjectEraser;
import io.tiercel.functions.respond.ResponseRequest;
import io.tiercel.functions.stage.AlertReceipt;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contracts of the stores, and the properties that only SQLite has: transactions over several stores, and one server. */
@Tag("unit")
class SqliteStoresTest {
    private static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");

    @TempDir
    Path folder;

    @Nested
    class IncidentStoreTests extends IncidentStoreContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class IncidentPagesTests extends IncidentPagesContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class IncidentNotesTests extends IncidentNotesContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class AuditPagesTests extends AuditPagesContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class HoldPagesTests extends HoldPagesContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class OperatorServiceTests extends OperatorServiceContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class BatchTests extends BatchContract {
        private int databases;

        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder.resolve("database-" + databases++), clock);
        }
    }

    @Nested
    class BatchEquivalenceTests extends BatchEquivalenceContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class FoldingTests extends FoldingContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class FoldedResponseTests extends FoldedResponseContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class IncidentLifecycleTests extends IncidentLifecycleContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class SenderTests extends SenderContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class AuditLogTests extends AuditLogContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class AuditTamperingTests extends AuditTamperingContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class HostileInputTests extends HostileInputContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class NotificationStoreTests extends NotificationStoreContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class NotificationFaultTests extends NotificationFaultContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class GroupStoreTests extends GroupStoreContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class StateStoreTests extends StateStoreContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class FleetTests extends FleetContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class SilencesTests extends SilencesContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class TokenReplayGuardTests extends TokenReplayGuardContract {
        @Override
        protected Stores open(InstantSource clock) {
            return SqliteStores.open(folder, clock);
        }
    }

    @Nested
    class SqliteTests {
        private static final IdentifiedAlert FLOOD = new IdentifiedAlert(
                "last", Alerts.enriched("last", "Rule", NOW).alert().alert(), "{}", "{}");

        private SqliteStores stores;
        private AlertInbox inbox;
        private ResponseQueue responses;
        private EnrichStage enrichStage;
        private DeduplicateStage deduplicateStage;

        @BeforeEach
        void open() {
            use(SqliteStores.open(folder, () -> NOW));
        }

        private void use(SqliteStores opened) {
            IncidentRules rules = IncidentRulesFile.read("rules.yaml", "- escalate: { tactics: 2, counts: [5, 10] }");
            stores = opened;
            inbox = new AlertInbox(stores.database(), InstantSource.system());
            responses = new ResponseQueue(stores.database());
            enrichStage = new EnrichStage(new Enricher("", AttackTechniques.load()), rules);
            deduplicateStage = new DeduplicateStage(
                    stores.incidents(),
                    new AffectedTargets(stores.state()),
                    rules,
                    stores.audit(),
                    responses,
                    (incident, change) -> {},
                    () -> NOW);
        }

        @AfterEach
        void close() {
            stores.close();
        }

        private AlertReceipt process(String alert) {
            try {
                return switch (enrichStage.enrich(Json.MAPPER.readTree(alert))) {
                    case EnrichStage.Result.Health(var message, var sender) ->
                        deduplicateStage.recordHealth(message, sender);
                    case EnrichStage.Result.Enriched enriched -> deduplicateStage.count(enriched.alert());
                };
            } catch (IOException e) {
                throw new IllegalArgumentException(e);
            }
        }

        @Test
        void an_alert_leaves_the_inbox_when_it_is_counted_and_is_not_accepted_again() throws IOException {
            IdentifiedAlert alert = AlertParser.parse(Json.MAPPER.readTree(Alerts.json("x", "Rule", 1)));
            assertEquals(1, inbox.accept(List.of(alert, alert), List.of(), Sender.NONE));
            assertEquals(0, inbox.accept(List.of(alert), List.of(), Sender.NONE));
            assertEquals(1, inbox.totals().waiting());
            use(stores.reopen());
            AlertInbox.Waiting waiting =
                    inbox.next(AlertInbox.Lane.UNVERIFIED, 10).getFirst();
            assertEquals(alert.document(), waiting.document());
            assertEquals(Sender.NONE, waiting.sender());
            assertEquals("opened", process(waiting.document()).outcome());
            inbox.remove(waiting);
            assertEquals(List.of(), inbox.next(AlertInbox.Lane.UNVERIFIED, 10));
            assertEquals(0, inbox.accept(List.of(alert), List.of(), Sender.NONE));
            assertEquals(1, stores.sqliteIncidents().totals().alerts());
        }

        @Test
        void alerts_of_unverified_senders_never_displace_or_delay_those_of_verified_ones() throws IOException {
            List<IdentifiedAlert> flood = new ArrayList<>();
            for (int i = 0; i < AlertInbox.MAX_WAITING; i++) {
                flood.add(new IdentifiedAlert("forged/" + i, FLOOD.alert(), "{}", "{}"));
            }
            IdentifiedAlert genuine = AlertParser.parse(Json.MAPPER.readTree(Alerts.json("forged/1", "Rule", 1)));
            assertEquals(flood.size(), inbox.accept(flood, List.of(), Sender.NONE));
            assertThrows(InboxFullException.class, () -> inbox.accept(List.of(genuine), List.of(), Sender.NONE));
            for (Sender sender : List.of(
                    Sender.ofNode("node-7"), Sender.ofNode("node-8"), Sender.ofInstance("i-0123456789abcdef0", "1"))) {
                assertEquals(1, inbox.accept(List.of(genuine, genuine), List.of(), sender), sender.text());
            }
            List<AlertInbox.Waiting> verified = inbox.next(AlertInbox.Lane.VERIFIED, 10);
            assertEquals(
                    List.of("sensor of node node-7", "sensor of node node-8", "sensor of instance i-0123456789abcdef0"),
                    verified.stream().map(waiting -> waiting.sender().text()).toList());
            use(stores.reopen());
            List<AlertInbox.Waiting> reread = inbox.next(AlertInbox.Lane.VERIFIED, 10);
            assertEquals(
                    verified.stream().map(AlertInbox.Waiting::sender).toList(),
                    reread.stream().map(AlertInbox.Waiting::sender).toList());
            assertEquals(
                    verified.stream().map(AlertInbox.Waiting::document).toList(),
                    reread.stream().map(AlertInbox.Waiting::document).toList());
            assertEquals(new AlertInbox.Totals(3, flood.size(), 0), inbox.totals());
            inbox.remove(verified.getFirst());
            inbox.accept(List.of(genuine), List.of(), Sender.ofNode("node-9"));
            assertEquals(
                    "node-9",
                    inbox.next(AlertInbox.Lane.VERIFIED, 10).getLast().sender().node());
            inbox.remove(inbox.next(AlertInbox.Lane.UNVERIFIED, 1).getFirst());
            assertEquals(new AlertInbox.Totals(3, flood.size() - 1L, 0), inbox.totals());
            assertEquals(1, inbox.accept(List.of(FLOOD), List.of(), Sender.NONE));
        }

        @Test
        void a_failure_in_the_middle_of_a_batch_rolls_all_of_it_back() {
            assertThrows(
                    AlertRejected.class,
                    () -> stores.database().write(connection -> {
                        process(Alerts.json("x", "Rule", 1));
                        assertEquals(1, stores.sqliteIncidents().totals().alerts());
                        return process("{}");
                    }));
            assertEquals(0, stores.sqliteIncidents().totals().alerts());
            assertEquals("opened", process(Alerts.json("x", "Rule", 1)).outcome());
        }

        @Test
        void totals_count_incidents_by_state() {
            process(Alerts.json("h", "Tiercel internal: events lost", 1).replace("\"syscall\"", "\"internal\""));
            assertEquals(0, stores.sqliteIncidents().totals().incidents());
            Alerts.ofOneIncident("a", "Rule", 12).forEach(this::process);
            assertEquals(1, stores.sqliteIncidents().totals().incidents());
            assertEquals(
                    Map.of("open", 0L, "escalated", 1L, "closed", 0L),
                    stores.sqliteIncidents().totals().byState());
        }

        @Test
        void rejected_documents_are_truncated_and_their_number_is_limited() {
            List<AlertInbox.RejectedDocument> rejected = Collections.nCopies(
                    AlertInbox.MAX_REJECTED + 50,
                    new AlertInbox.RejectedDocument(RejectionReason.NOT_AN_ALERT, "why", "x".repeat(100_000)));
            inbox.accept(List.of(), rejected, Sender.NONE);
            assertEquals(AlertInbox.MAX_REJECTED + 50, inbox.totals().rejected());
            long[] stored = stores.database().read(connection -> {
                try (var query = connection.prepareStatement("SELECT count(*), max(length(document)) FROM refused");
                        var row = query.executeQuery()) {
                    return new long[] {row.getLong(1), row.getLong(2)};
                }
            });
            assertEquals(AlertInbox.MAX_REJECTED, stored[0]);
            assertEquals(AlertInbox.MAX_REJECTED_LENGTH, stored[1]);
        }

        @Test
        void the_response_queue_holds_one_request_of_an_incident_until_it_is_done() {
            process(Alerts.json("a", "Rule", 1));
            ResponseQueue.Waiting first =
                    responses.next(UrgencyClass.UNVERIFIED, 10).getFirst();
            process(Alerts.json("a", "Rule", 1));
            assertEquals(
                    List.of(first), responses.next(UrgencyClass.UNVERIFIED, 10), "a repetition causes no new request");
            process(Alerts.json("b", "Rule", 2));
            responses.done(first);
            ResponseQueue.Waiting second =
                    responses.next(UrgencyClass.UNVERIFIED, 10).getFirst();
            assertEquals(first.incidentId(), second.incidentId());
            for (int attempt = 1; attempt < ResponseQueue.MAX_ATTEMPTS; attempt++) {
                assertTrue(responses.failed(second));
            }
            assertFalse(responses.failed(second));
            assertEquals(0, responses.waiting());
            process(Alerts.json("c", "Rule", 3));
            assertEquals(1, responses.waiting());
        }

        @Test
        void an_operators_request_stays_before_all_others_when_further_alerts_come() {
            String pod = "\"container.id\":\"3ad7b26ded6d\",\"container.image.repository\":\"shop/cart\","
                    + "\"container.name\":\"cart\",\"k8s.ns.name\":\"shop\",\"k8s.pod.name\":\"cart-";
            process(Alerts.json("a", "Rule", 1).replace("\"container.id\":\"host\"", pod + "1\""));
            ResponseQueue.Waiting first =
                    responses.next(UrgencyClass.UNVERIFIED, 10).getFirst();
            responses.publish(ResponseRequest.ofOperator(first.incidentId(), "command-1"));
            process(Alerts.json("b", "Rule", 2).replace("\"container.id\":\"host\"", pod + "2\""));
            ResponseQueue.Waiting second =
                    responses.next(UrgencyClass.VERIFIED_URGENT, 10).getFirst();
            assertEquals(first.incidentId(), second.incidentId());
            assertNotEquals("command-1", second.requestId(), "the alert changed the request");
            assertEquals(List.of(), responses.next(UrgencyClass.UNVERIFIED, 10));
            responses.done(second);
            assertEquals(List.of(), responses.next(UrgencyClass.VERIFIED_URGENT, 10));
        }

        @Test
        void a_new_target_replaces_the_request_in_the_response_queue() {
            String pod = "\"container.id\":\"3ad7b26ded6d\",\"container.image.repository\":\"shop/cart\","
                    + "\"container.name\":\"cart\",\"k8s.ns.name\":\"shop\",\"k8s.pod.name\":\"cart-";
            String one = Alerts.json("a", "Rule", 1).replace("\"container.id\":\"host\"", pod + "1\"");
            String two = Alerts.json("b", "Rule", 2).replace("\"container.id\":\"host\"", pod + "2\"");
            process(one);
            ResponseQueue.Waiting first =
                    responses.next(UrgencyClass.UNVERIFIED, 10).getFirst();
            process(two);
            ResponseQueue.Waiting second =
                    responses.next(UrgencyClass.UNVERIFIED, 10).getFirst();
            assertNotEquals(first, second);
            process(two);
            process(one);
            assertEquals(List.of(second), responses.next(UrgencyClass.UNVERIFIED, 10));
        }

        @Test
        void the_audit_log_is_append_only() {
            for (int i = 0; i < 2; i++) {
                stores.audit().append(AuditEntry.decision(NOW, "respond", "0a", "decision " + i, Map.of()));
            }
            for (String statement : List.of(
                    "DELETE FROM audit", "UPDATE audit SET line = '' WHERE number = 2", "DELETE FROM audit_head")) {
                assertThrows(
                        StoreUnavailable.class,
                        () -> stores.database()
                                .write(connection ->
                                        connection.createStatement().executeUpdate(statement)));
            }
            assertEquals(new AuditVerdict.Intact(1, 2, 0, ""), stores.verifyAudit());
        }

        @Test
        void an_audit_entry_is_rolled_back_with_its_transaction() {
            assertThrows(
                    IllegalStateException.class,
                    () -> stores.database().write(connection -> {
                        stores.audit().append(AuditEntry.decision(NOW, "respond", null, "undone", Map.of()));
                        throw new IllegalStateException();
                    }));
            assertEquals(new AuditVerdict.Intact(0, 0, 0, ""), stores.verifyAudit());
        }

        @Test
        void a_used_token_is_forgotten_after_its_time() {
            assertTrue(new SqliteTokenReplayGuard(stores.database(), () -> NOW).use("a", NOW));
            assertFalse(new SqliteTokenReplayGuard(stores.database(), () -> NOW).use("a", NOW));
            Instant later = NOW.plusMillis(1);
            assertTrue(new SqliteTokenReplayGuard(stores.database(), () -> later).use("a", later));
        }

        @Test
        void a_second_server_cannot_open_the_folder() {
            DataDirectoryUnavailableException second =
                    assertThrows(DataDirectoryUnavailableException.class, () -> SqliteDatabase.open(folder));
            assertTrue(String.valueOf(second.getMessage()).contains("another server uses the data directory"));
        }

        @Test
        void the_erasure_of_a_person_covers_comments_and_assignees() {
            String id = stores.incidents()
                    .record(Alerts.incidentAlert("a", "rule", "Notice", NOW), 10)
                    .incidentId();
            stores.incidentNotes().assign(id, new Assignment("zoe.quandt", "http:zoe.quandt", NOW));
            stores.incidentNotes().comment(id, new Comment(NOW, "http:zoe.quandt", "asked zoe.quandt"));
            new SqliteErasure(stores.database(), () -> NOW).erase(SubjectEraser.of("zoe.quandt"), false);
            assertEquals(
                    new Assignment(SubjectEraser.MARKER, "http:" + SubjectEraser.MARKER, NOW),
                    stores.incidentNotes().assignment(id).orElseThrow());
            assertEquals(
                    List.of(new Comment(NOW, "http:" + SubjectEraser.MARKER, "asked " + SubjectEraser.MARKER)),
                    stores.incidentNotes().comments(id));
        }

        /** Removes what later versions added, as a database of version 7 is. */
        @Test
        void a_database_of_an_earlier_version_is_converted(@TempDir Path old) throws Exception {
            Instant start = Instant.parse("2026-01-01T00:00:00Z");
            String id;
            try (SqliteStores before = SqliteStores.open(old, () -> start)) {
                id = before.incidents()
                        .record(Alerts.incidentAlert("a", "rule", "Notice", start), 10)
                        .incidentId();
                new NotificationQueue(before.database(), () -> start).publish(id, "alerts");
                new ResponseQueue(before.database())
                        .publish(new ResponseRequest(id, "request", UrgencyClass.UNVERIFIED, ""));
            }
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + old.resolve("functions.db"));
                    Statement statement = connection.createStatement()) {
                for (String queue : List.of("notification_request", "response_request")) {
                    for (String index : List.of("_turn", "_sender", "_due")) {
                        statement.executeUpdate("DROP INDEX IF EXISTS " + queue + index);
                    }
                    for (String column : List.of("urgency", "sender", "turn")) {
                        statement.executeUpdate("ALTER TABLE " + queue + " DROP COLUMN " + column);
                    }
                }
                for (String command : List.of(
                        "CREATE INDEX notification_request_order ON notification_request (not_before)",
                        "ALTER TABLE response_request DROP COLUMN target",
                        "CREATE INDEX response_request_pending ON response_request (pending) WHERE pending = 1",
                        "DROP INDEX incident_host",
                        "DROP INDEX incident_namespace",
                        "ALTER TABLE incident DROP COLUMN host",
                        "ALTER TABLE incident DROP COLUMN namespace",
                        "ALTER TABLE incident DROP COLUMN search",
                        "ALTER TABLE incident DROP COLUMN activity",
                        "DROP TABLE comment",
                        "DROP TABLE assignment",
                        "PRAGMA user_version = 7")) {
                    statement.executeUpdate(command);
                }
            }
            try (SqliteStores after = SqliteStores.open(old, () -> start)) {
                IncidentFilter filter =
                        new IncidentFilter(States.ALL, null, null, "node-1", null, null, null, "etc/SHADOW", null);
                assertEquals(
                        List.of(id),
                        after.incidentPages().page(filter, IncidentSort.LAST_SEEN, null, 10).entries().stream()
                                .map(entry -> entry.incident().id())
                                .toList());
                assertEquals(
                        1,
                        new NotificationQueue(after.database(), () -> start)
                                .next(UrgencyClass.UNVERIFIED, 10)
                                .size());
                assertEquals(1, new ResponseQueue(after.database()).waiting());
                after.incidents().record(Alerts.incidentAlert("b", "rule", "Notice", start), 10);
                assertEquals(2, after.incidents().find(id).orElseThrow().count());
            }
        }

        @Test
        void a_database_with_another_schema_version_is_rejected(@TempDir Path old) throws Exception {
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + old.resolve("functions.db"));
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("PRAGMA user_version = 1");
            }
            StoreUnavailable rejected = assertThrows(StoreUnavailable.class, () -> SqliteDatabase.open(old));
            assertTrue(String.valueOf(rejected.getMessage()).contains("schema version is 1"), rejected.getMessage());
        }
    }
}
