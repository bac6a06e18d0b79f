package io.tiercel.functions.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.SecretFile;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.sqlite.ResponseQueue;
import io.tiercel.functions.local.sqlite.SqliteAuditLog;
import io.tiercel.functions.local.sqlite.SqliteDatabase;
import io.tiercel.functions.local.sqlite.SqliteGroupStore;
import io.tiercel.functions.local.sqlite.SqliteIncidentStore;
import io.tiercel.functions.local.sqlite.SqliteNotificationStore;
import io.tiercel.functions.local.sqlite.SqliteStateStore;
import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.ChannelLane;
import io.tiercel.functions.notification.ChannelStarts;
import io.tiercel.functions.notification.ChannelWaker;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.SilenceFilter;
import io.tiercel.functions.notification.file.ChannelContext;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.notification.group.IncidentGrouping;
import io.tiercel.functions.notify.ConfiguredChannels;
import io.tiercel.functions.notify.HttpChannelTypes;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.secret.SecretResolver;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand causes within a minute, from the alert to Slack and PagerDuty, with a virtual clock. The stores, the stages, the outbox and
 * the channels are those of the server.
 */
@Tag("unit")
class StormTest {
    private static final int CAUSES = 10_000;
    private static final int BATCH = 100;
    private static final Duration STORM = Duration.ofSeconds(60);
    private static final int MAX_SLACK_MESSAGES = 20;
    private static final int MAX_PAGES = 3;
    private static final List<String> PRIORITIES = List.of("Critical", "Warning", "Notice", "Error", "Emergency");

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;

    /** Returns an alert whose rule, host, target and priority differ from most others. */
    private static String mixed(int number) {
        return Alerts.json("storm/" + number, "Rule " + number % 97, number % 3600)
                .replace("node-7", "node-" + number % 89)
                .replace("/etc/shadow", "/etc/file-" + number)
                .replace("\"Warning\"", "\"" + PRIORITIES.get(number % PRIORITIES.size()) + "\"");
    }

    @Test
    void ten_thousand_different_causes_are_a_handful_of_messages_with_exact_counts() throws Exception {
        assertEquals(new Totals(CAUSES, CAUSES), run(CAUSES, StormTest::mixed, number -> Sender.NONE));
    }

    @Test
    void verified_and_forged_causes_at_the_same_time_are_a_handful_of_messages_too() throws Exception {
        Totals totals = run(
                CAUSES / 5,
                StormTest::mixed,
                number -> number % 3 == 0 ? Sender.NONE : Sender.ofNode("node-" + number % 89));
        assertEquals(new Totals(CAUSES / 5, CAUSES / 5), totals);
    }

    /** An attacker in one container varies the file name: the incidents fold, and the others are grouped. */
    @Test
    void one_rule_and_one_workload_with_ten_thousand_files_are_folded_and_grouped() throws Exception {
        Totals totals = run(
                CAUSES,
                number -> Alerts.json("storm/" + number, "One rule", number % 3600)
                        .replace("/etc/shadow", "/tmp/name-" + number)
                        .replace("\"Warning\"", "\"Critical\""),
                number -> Sender.NONE);
        assertEquals(51, totals.incidents());
    }

    /**
     * What the messages of Slack say in the end.
     *
     * @param incidents number of incidents
     * @param alerts number of their alerts
     */
    private record Totals(long incidents, long alerts) {}

    private Totals run(int causes, IntFunction<String> alerts, IntFunction<Sender> senders) throws IOException {
        try (ChatAndPagerStub stub = ChatAndPagerStub.start();
                SqliteDatabase database = SqliteDatabase.open(folder);
                ConfiguredChannels channels =
                        ConfiguredChannels.open(file(stub), new ChannelContext(ButtonSigner.NO_BUTTONS, clock))) {
            StateStore state = new SqliteStateStore(database);
            SqliteIncidentStore incidents = new SqliteIncidentStore(database, clock);
            NotificationOutbox outbox = new NotificationOutbox(
                    new NotificationOutbox.Stores(
                            incidents,
                            new SqliteNotificationStore(database, clock),
                            state,
                            incident -> Optional.empty()),
                    new NotificationOutbox.Policies(
                            channels.routing(Set.of()),
                            SilenceFilter.NONE,
                            new IncidentGrouping(state, new SqliteGroupStore(database), channels::limits, clock),
                            ChannelStarts.ALWAYS),
                    channels.channels(),
                    ChannelWaker.NONE,
                    clock);
            IncidentRules rules = IncidentRulesFile.readDefault();
            List<String> changed = new ArrayList<>();
            EnrichStage enrich = new EnrichStage(new Enricher("", AttackTechniques.load()), rules);
            DeduplicateStage deduplicate = new DeduplicateStage(
                    incidents,
                    new AffectedTargets(state),
                    rules,
                    new SqliteAuditLog(database),
                    new ResponseQueue(database),
                    (incident, change) -> changed.add(incident),
                    clock);
            for (int from = 0; from < causes; from += BATCH) {
                int first = from;
                database.write(connection -> {
                    for (int i = first; i < first + BATCH; i++) {
                        count(enrich, deduplicate, alerts.apply(i), senders.apply(i));
                    }
                    changed.forEach(outbox.planner()::plan);
                    return changed.size();
                });
                changed.clear();
                deliver(outbox);
                now = now.plus(STORM.dividedBy(causes / BATCH));
            }
            for (int second = 0; second < 180; second++) {
                deliver(outbox);
                now = now.plusSeconds(1);
            }
            assertTrue(stub.slackCalls() <= MAX_SLACK_MESSAGES, stub.slackCalls() + " messages: " + stub.messages());
            assertTrue(stub.pages().size() <= MAX_PAGES, stub.pages().toString());
            for (ChannelLane lane : outbox.lanes()) {
                assertEquals(0, outbox.backlog(lane.name()).pending(), lane.name());
            }
            return new Totals(
                    stub.messages().stream()
                            .mapToLong(ChatAndPagerStub::incidents)
                            .sum(),
                    stub.messages().stream().mapToLong(ChatAndPagerStub::alerts).sum());
        }
    }

    private static void count(EnrichStage enrich, DeduplicateStage deduplicate, String alert, Sender sender) {
        try {
            if (enrich.enrich(Json.MAPPER.readTree(alert), sender) instanceof EnrichStage.Result.Enriched enriched) {
                deduplicate.count(enriched.alert());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void deliver(NotificationOutbox outbox) {
        for (ChannelLane lane : outbox.lanes()) {
            while (!lane.runOnce().isAfter(now)) {
                // Until nothing more is due at this time.
            }
        }
    }

    private NotificationFile file(ChatAndPagerStub stub) throws IOException {
        SecretFile.write(folder.resolve("token"), "xoxb-1");
        SecretFile.write(folder.resolve("key"), "0123456789abcdef0123456789abcdef");
        return NotificationFile.read(
                "n.yaml",
                """
                channels:
                  soc: {type: slack, token: 'file:%1$s/token', conversation: C1, api: '%2$s/api/'}
                  pager: {type: pagerduty, routing-key: 'file:%1$s/key', service: '%2$s'}
                routes:
                  - {route: page, when: incident.urgency <= 2, channels: [pager]}
                  - {route: everything, channels: [soc]}
                """.formatted(folder.toAbsolutePath(), stub.address()),
                SecretResolver.forFilesAndEnvironment(clock),
                HttpChannelTypes.ALL);
    }
}
