package io.tiercel.functions.aws.respond;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentNotes;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbNotificationStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbStateStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.cloud.DynamoDbErasure;
import io.tiercel.functions.contract.Heartbeats;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.fleet.Fleet;
import io.tiercel.functions.fleet.FleetNode;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprints;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.Subject;
import io.tiercel.functions.operate.IncidentNotes;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.privacy.ErasureReport;
import io.tiercel.functions.privacy.SubjectEraser;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Erases a person from the real stores in an emulated table. */
@Tag("packaged")
class DynamoDbErasureTest {
    private static final String SUBJECT = "zoe.quandt@example.com";
    private static final String TABLE = "privacy";

    private static EnrichedAlert alert(int number) {
        ObjectNode alert = (ObjectNode) Json.MAPPER.valueToTree(Map.of(
                "id",
                "node-1/boot/" + number,
                "hostname",
                "node-1",
                "output",
                "Login of " + SUBJECT,
                "priority",
                "Warning",
                "rule",
                "Login",
                "source",
                "syscall",
                "time",
                "2026-01-01T00:00:00.000000000Z"));
        alert.putObject("output_fields")
                .put("user.name", SUBJECT)
                .put("proc.exepath", "/home/" + SUBJECT + "/sh")
                .put("container.id", "host");
        IdentifiedAlert identified = AlertParser.parse(alert);
        Enrichment enrichment = new Enricher("", AttackTechniques.load()).enrich(identified.alert());
        return new EnrichedAlert(identified, Fingerprints.of(identified.alert(), enrichment.host()), enrichment);
    }

    @Test
    void theSubjectIsGoneFromTheTable() throws Exception {
        try (Moto moto = Moto.startOrSkip();
                DynamoDbClient client = moto.dynamoDb()) {
            moto.createTable(TABLE);
            IncidentTable table = new IncidentTable(client, TABLE, InstantSource.system());
            DynamoDbIncidentStore incidents = new DynamoDbIncidentStore(table);
            StateStore state = new DynamoDbStateStore(table);
            EnrichedAlert alert = alert(1);
            String id = incidents
                    .record(alert.toIncidentAlert(), IncidentRule.DEFAULT.maxOpen())
                    .incidentId();
            incidents.record(alert(2).toIncidentAlert(), IncidentRule.DEFAULT.maxOpen());
            incidents.recordHealth(
                    "health", alert.alert().alert(), alert.alert().sampleDocument(), true);
            new AffectedTargets(state).add(id, 1, alert);
            new DynamoDbNotificationStore(table).acknowledge(new Acknowledgement(id, 1, SUBJECT, 1));
            IncidentNotes notes = new DynamoDbIncidentNotes(table);
            notes.assign(id, new IncidentNotes.Assignment(SUBJECT, "arn:aws:iam::1:user/" + SUBJECT, Instant.EPOCH));
            notes.comment(id, new IncidentNotes.Comment(Instant.EPOCH, SUBJECT, "ask " + SUBJECT + " first"));
            Fleet fleet = new Fleet(state, Duration.ofMinutes(5), InstantSource.system());
            assertTrue(fleet.record(Heartbeats.heartbeat(SUBJECT, Instant.EPOCH, Map.of()), Sender.ofHost(SUBJECT)));
            assertTrue(fleet.record(Heartbeats.heartbeat(SUBJECT + ".", Instant.EPOCH, Map.of()), Sender.NONE));
            state.write("kill-switch", 0, "{\"version\":1,\"by\":\"" + SUBJECT + "\"}", Schedule.NONE.keep());
            state.write("plan/" + id, 0, "{\"steps\":[{\"notes\":[\"by " + SUBJECT + "\"]}]}", Schedule.NONE.keep());

            DynamoDbErasure erasure = new DynamoDbErasure(moto.connection(), TABLE);
            SubjectEraser eraser = SubjectEraser.of(SUBJECT);
            ErasureReport planned = erasure.erase(eraser, true);
            assertTrue(content(client).contains(SUBJECT));
            ErasureReport report = erasure.erase(eraser, false);
            assertEquals(planned, report);
            assertEquals(
                    Map.of(
                            "samples",
                            2L,
                            "incidents",
                            1L,
                            "comments",
                            1L,
                            "kill switch",
                            1L,
                            "affected targets",
                            1L,
                            "notes of responses",
                            1L,
                            "heartbeats",
                            2L,
                            "sensor messages",
                            1L),
                    report.changed());
            assertFalse(content(client).contains(SUBJECT), content(client));
            assertEquals(0, erasure.erase(eraser, false).total(), "idempotent");

            assertEquals("[erased]", notes.assignment(id).orElseThrow().to());
            assertEquals("ask [erased] first", notes.comments(id).getFirst().text());
            assertEquals(
                    "/home/[erased]/sh",
                    incidents.find(id).orElseThrow().fingerprint().executable());
            assertEquals(1, new AffectedTargets(state).list(id, 1).targets().size(), "still readable");
            assertEquals(
                    List.of("[erased]", "[erased]."),
                    fleet.list().stream().map(FleetNode::name).toList());
            assertTrue(fleet.record(
                    Heartbeats.heartbeat("node-2", Instant.EPOCH.plusSeconds(60), Map.of()), Sender.ofHost(SUBJECT)));
            assertEquals(SUBJECT, fleet.list().getFirst().name(), "the next heartbeat replaces the entry");
            assertFalse(state.write("plan/" + id, 1, "{}", Schedule.NONE), "a writer of the old version reads again");
            assertThrows(
                    StoreUnavailable.class,
                    () -> new DynamoDbErasure(moto.connection(), "missing").erase(eraser, false));
        }
    }

    @Test
    void aRecordOfAChannelWhoseNameIsErasedStaysUsable() throws Exception {
        try (Moto moto = Moto.startOrSkip();
                DynamoDbClient client = moto.dynamoDb()) {
            moto.createTable(TABLE);
            DynamoDbNotificationStore records =
                    new DynamoDbNotificationStore(new IncidentTable(client, TABLE, InstantSource.system()));
            Subject subject = Subject.incident("0123456789abcdef01234567");
            assertTrue(records.replace(
                    NotificationRecord.initial(subject, "night-watch").storedAs(subject, "night-watch", 1)));
            new DynamoDbErasure(moto.connection(), TABLE).erase(SubjectEraser.of("night-watch"), false);
            NotificationRecord record =
                    records.findRecord(subject, "night-watch").orElseThrow();
            assertEquals(
                    List.of("night-watch", subject, 2L),
                    List.of(record.channel(), record.subject(), record.revision()));
            assertTrue(records.replace(record.storedAs(record.subject(), record.channel(), 3)));
        }
    }

    private static String content(DynamoDbClient client) {
        return client.scanPaginator(scan -> scan.tableName(TABLE)).items().stream()
                .toList()
                .toString();
    }
}
