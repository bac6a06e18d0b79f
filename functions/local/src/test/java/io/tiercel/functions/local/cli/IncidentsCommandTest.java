package io.tiercel.functions.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprints;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.intake.RejectionReason;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.cli.operate.OperatorContext;
import io.tiercel.functions.local.sqlite.AlertInbox;
import io.tiercel.functions.local.sqlite.SqliteDatabase;
import io.tiercel.functions.local.sqlite.SqliteIncidentStore;
import io.tiercel.functions.local.sqlite.SqliteNotificationStore;
import io.tiercel.functions.local.sqlite.SqliteStateStore;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.silence.ActiveSilences;
import io.tiercel.functions.notification.silence.Silence;
import io.tiercel.functions.notification.silence.SilenceRequest;
import io.tiercel.functions.notification.silence.Silences;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.rules.text.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every test runs the command while a server has the database open. */
@Tag("unit")
class IncidentsCommandTest {
    private static final String SUBJECT = "zoe.quandt@example.com";
    private static final String NODE = "zoes-laptop.example.com";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private SqliteDatabase server;

    @BeforeEach
    void open() {
        server = SqliteDatabase.open(folder);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private int run(String in, String... arguments) {
        out.reset();
        err.reset();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                Terminal.UNLIMITED);
        return new IncidentsCommand(new OperatorContext(terminal, folder, Map.of(), InstantSource.system()))
                .run(List.of(arguments));
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private int erase(String subject, String... more) {
        return run(
                "",
                Stream.concat(Stream.of("erase", "--subject", subject), Stream.of(more))
                        .toArray(String[]::new));
    }

    private static EnrichedAlert alert(int number) {
        ObjectNode alert = (ObjectNode) Json.MAPPER.valueToTree(Map.of(
                "id", NODE + "/boot/" + number,
                "hostname", NODE,
                "output", "12:00:00: Warning Login of " + SUBJECT + " from mall" + SUBJECT,
                "priority", "Warning",
                "rule", "Login",
                "source", "syscall",
                "time", "2026-01-01T00:00:00.000000000Z"));
        alert.putObject("output_fields")
                .put("user.name", SUBJECT)
                .put("proc.exepath", "/home/" + SUBJECT + "/bin/sh")
                .put("container.id", "host");
        IdentifiedAlert identified = AlertParser.parse(alert);
        var enrichment = new Enricher("", AttackTechniques.load()).enrich(identified.alert());
        return new EnrichedAlert(identified, Fingerprints.of(identified.alert(), enrichment.host()), enrichment);
    }

    private String store() {
        SqliteIncidentStore incidents = new SqliteIncidentStore(server, InstantSource.system());
        EnrichedAlert alert = alert(1);
        String id = incidents
                .record(alert.toIncidentAlert(), IncidentRule.DEFAULT.maxOpen())
                .incidentId();
        for (int i = 2; i < 500; i++) {
            incidents.record(alert(i).toIncidentAlert(), IncidentRule.DEFAULT.maxOpen());
        }
        new AffectedTargets(new SqliteStateStore(server)).add(id, 1, alert);
        new SqliteNotificationStore(server, InstantSource.system()).acknowledge(new Acknowledgement(id, 1, SUBJECT, 1));
        Incident incident = incidents.find(id).orElseThrow();
        incidents.close(incident, new IncidentClosure(Instant.EPOCH, SUBJECT, 0));
        incidents.recordHealth(
                NODE + "/boot/health", alert.alert().alert(), alert.alert().sampleDocument(), true);
        AlertInbox inbox = new AlertInbox(server, InstantSource.system());
        inbox.accept(
                List.of(),
                List.of(new AlertInbox.RejectedDocument(
                        RejectionReason.NOT_AN_ALERT, "no rule: " + SUBJECT, "{\"x\":\"" + SUBJECT)),
                Sender.NONE);
        new SqliteStateStore(server)
                .write(
                        "plan/" + id,
                        0,
                        "{\"steps\":[{\"target\":\"" + NODE + "\",\"notes\":[\"approved by " + SUBJECT + "\"]}]}",
                        Schedule.NONE.keep());
        new Silences(
                        new ActiveSilences(List.of(), new SqliteStateStore(server), InstantSource.system(), line -> {}),
                        null,
                        null,
                        InstantSource.system())
                .add(
                        new SilenceRequest(
                                "user.name = \"" + SUBJECT + "\"",
                                "asked " + SUBJECT,
                                SUBJECT,
                                Instant.now().plusSeconds(3_600),
                                false),
                        Silence.Source.CLI,
                        "cli:x");
        return id;
    }

    private boolean filesContain(String text) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void theBytesOfTheSubjectAreGoneWhileAServerRuns() throws IOException {
        String id = store();
        assertTrue(filesContain(SUBJECT));
        assertEquals(0, erase(SUBJECT, "--dry-run"));
        assertTrue(output().contains("would change 17 records"), output());
        assertTrue(filesContain(SUBJECT));

        assertEquals(0, erase(SUBJECT), errors());
        String report = output();
        assertTrue(report.startsWith("samples: 10\nincidents: 1\n"), report);
        assertTrue(report.contains("\nchanged 17 records\n"), report);
        assertFalse(filesContain(" " + SUBJECT), "in a text");
        assertFalse(filesContain("\"" + SUBJECT), "as a value");
        assertFalse(filesContain("/" + SUBJECT), "in a path");
        assertTrue(filesContain("mall" + SUBJECT), "a part of another word stays");

        SqliteIncidentStore incidents = new SqliteIncidentStore(server, InstantSource.system());
        Incident incident = incidents.find(id).orElseThrow();
        assertEquals("/home/[erased]/bin/sh", incident.fingerprint().executable());
        assertTrue(
                new AffectedTargets(new SqliteStateStore(server))
                                .list(id, 1)
                                .targets()
                                .size()
                        == 1,
                "still readable");
        String plan =
                new SqliteStateStore(server).read("plan/" + id).orElseThrow().document();
        assertEquals("{\"steps\":[{\"target\":\"" + NODE + "\",\"notes\":[\"approved by [erased]\"]}]}", plan);
        assertEquals(499, incident.count());

        assertEquals(0, erase(SUBJECT));
        assertTrue(output().startsWith("changed 0 records\n"), "idempotent");
    }

    @Test
    void theAuditLogHasTheHashOnly() throws IOException {
        store();
        assertEquals(0, run(SUBJECT + "\n", "erase", "--subject", "-"));
        assertTrue(output().contains("changed 17 records"), output());
        assertTrue(filesContain(Sha256.hex(SUBJECT)));
        assertFalse(filesContain(" " + SUBJECT));
        assertEquals(0, new AuditCommand(new PrintStream(out), new PrintStream(err)).run(List.of("verify"), folder));
    }

    @Test
    void aHostNameLeavesTheIdsOfAlertsToo() throws IOException {
        store();
        assertEquals(0, erase(NODE), errors());
        assertTrue(output().contains("ids of counted alerts: 499"), output());
        assertFalse(filesContain("\"" + NODE + "/boot"));
        // The target of a response in force stays, so that it can be released.
        assertTrue(filesContain("\"target\":\"" + NODE));
    }

    @Test
    void waitingAlertsAreReported() {
        new AlertInbox(server, InstantSource.system()).accept(List.of(alert(1).alert()), List.of(), Sender.NONE);
        assertEquals(1, erase(SUBJECT));
        assertTrue(errors().contains("1 alert with the subject not yet processed"), errors());
    }

    @Test
    void generalSubjectsAndMissingDirectoriesFail() {
        assertEquals(2, erase("root"));
        assertTrue(errors().contains("identifies no person"), errors());
        assertEquals(2, erase("ab"));
        assertEquals(2, run("", "erase"));
        assertEquals(2, erase("zoe", "--data", folder.resolve("missing").toString()));
        assertTrue(errors().contains("does not exist; specify"), errors());
        assertFalse(Files.exists(folder.resolve("missing")));
    }
}
