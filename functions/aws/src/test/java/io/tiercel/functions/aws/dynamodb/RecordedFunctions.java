package io.tiercel.functions.aws.dynamodb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.audit.anchor.InMemoryAnchorStore;
import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.aws.permissions.TableCall;
import io.tiercel.functions.aws.permissions.TableCallRecorder;
import io.tiercel.functions.contract.Heartbeats;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.TargetLookup;
import io.tiercel.functions.fleet.Fleet;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Fingerprints;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.interact.IncidentActions;
import io.tiercel.functions.notification.ChannelLane;
import io.tiercel.functions.notification.ChannelWaker;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.PlanStatusProvider;
import io.tiercel.functions.notification.RecordingChannel;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.SilenceFilter;
import io.tiercel.functions.notification.SilenceScope;
import io.tiercel.functions.notification.StoredChannelStarts;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.group.IncidentGrouping;
import io.tiercel.functions.notification.silence.ActiveSilences;
import io.tiercel.functions.notification.silence.Silence;
import io.tiercel.functions.notification.silence.SilenceMaintenance;
import io.tiercel.functions.notification.silence.Silences;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.planning.IncidentPlanContext;
import io.tiercel.functions.planning.PlanPreview;
import io.tiercel.functions.respond.Planner;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.hold.ExposedParts;
import io.tiercel.functions.respond.plan.AffectedTargetFacts;
import io.tiercel.functions.respond.plan.PlanStore;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.RecordingHandler;
import io.tiercel.functions.respond.plan.RunLimits;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.IncidentCloser;
import io.tiercel.functions.stage.ScheduledAuditMaintenance;
import io.tiercel.functions.stage.SweepStage;
import io.tiercel.rules.alert.Priority;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Runs the code of each function over DynamoDB stores of its own, and records what it calls. */
public final class RecordedFunctions {
    private static final String RULE = "Terminal shell in container";
    private static final String OPERATOR = "slack:U012AB3CD";
    private static final IncidentRules RULES =
            IncidentRulesFile.read("rules.yaml", "- { quiet: 10m, escalate: { counts: [3] }, max_open: 1 }");
    private static final Policies POLICIES = Policies.parse("policies.yaml", """
        - policy: Automatic
          desc: applied at once
          match: {priority: debug}
          mode: auto
          time_limit: 30m
          actions: [k8s:isolate-pod]
        - policy: Approved
          desc: waits for an operator
          match: {priority: debug}
          mode: approve
          actions: [ec2:isolate]
        """);

    private static final ChannelLimits GROUP_ALL =
            new ChannelLimits(0, Duration.ofMinutes(1), ChannelLimits.NO_LIMIT, Duration.ofMinutes(1));

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final AtomicInteger alerts = new AtomicInteger();
    private final Map<String, Function> functions = new LinkedHashMap<>();
    private String incident = "";

    private RecordedFunctions() {}

    /** The stores of one function. */
    private record Function(TableCallRecorder recorder, DynamoDbClient client, DynamoDbStores stores) {}

    /**
     * Runs all functions that have access to the tables.
     *
     * @return the calls of each function, by its name
     */
    public static Map<String, List<TableCall>> run(Moto moto, String incidents, String audit) throws IOException {
        moto.createTable(incidents);
        moto.createAuditTable(audit);
        RecordedFunctions run = new RecordedFunctions();
        try {
            for (String name :
                    List.of("deduplicate", "respond", "notify", "sweep", "interact", "operate", "operate-read")) {
                TableCallRecorder recorder = new TableCallRecorder(moto.endpoint());
                DynamoDbClient client = DynamoDbClient.builder()
                        .httpClient(UrlConnectionHttpClient.create())
                        .endpointOverride(recorder.address())
                        .region(Region.EU_WEST_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                        .build();
                IncidentTable table = new IncidentTable(client, incidents, () -> run.now);
                run.functions.put(
                        name,
                        new Function(
                                recorder, client, new DynamoDbStores(client, table, new AuditTable(client, audit))));
            }
            run.runAll();
            RecordedOperators operators = new RecordedOperators(moto, () -> run.now);
            operators.change(
                    run.stores("operate"), run.responder("operate", new RecordingHandler(_ -> {})), run.incident);
            operators.read(
                    run.stores("operate"), run.responder("operate", new RecordingHandler(_ -> {})), run.incident);
            operators.read(
                    run.stores("operate-read"),
                    run.responder("operate-read", new RecordingHandler(_ -> {})),
                    run.incident);
            Map<String, List<TableCall>> calls = new LinkedHashMap<>();
            run.functions.forEach(
                    (name, function) -> calls.put(name, function.recorder().calls()));
            return calls;
        } finally {
            run.functions.values().forEach(function -> {
                function.client().close();
                function.recorder().close();
            });
        }
    }

    private DynamoDbStores stores(String function) {
        return Objects.requireNonNull(functions.get(function)).stores();
    }

    private void runAll() {
        deduplicate();
        respond(new RecordingHandler(_ -> {}));
        sendNotifications();
        silence();
        interact();
        respond(new RecordingHandler(_ -> {
            throw ActionException.permanent("the API refuses the call");
        }));
        advance(Duration.ofHours(1));
        sweep();
        respond(new RecordingHandler(_ -> {}));
        sendNotifications();
        advance(Duration.ofHours(1));
        // Reopens the incident.
        deduplicate();
        respond(new RecordingHandler(_ -> {}));
    }

    private void advance(Duration time) {
        now = now.plus(time);
    }

    private EnrichedAlert alert(String pod, Sender sender, String priority, Duration offset) {
        return alert(RULE, pod, sender, priority, offset);
    }

    private EnrichedAlert alert(String rule, String pod, Sender sender, String priority, Duration offset) {
        ObjectNode document = AlertText.with(AlertText.shellInPod(), "k8s.pod.name", pod)
                .put("id", "alert/" + alerts.incrementAndGet())
                .put("rule", rule)
                .put("priority", priority)
                .put("time", now.plus(offset).toString());
        IdentifiedAlert identified =
                AlertParser.parse(AlertText.with(document, "k8s.pod.uid", AffectedTargetFacts.uid(pod)));
        Enrichment enrichment = AffectedTargetFacts.confirmed(pod, "i-0123456789abcdef0")
                .from(sender)
                .enrichment();
        return new EnrichedAlert(identified, Fingerprints.of(identified.alert(), enrichment.host()), enrichment);
    }

    private EnrichedAlert readOf(String program, Sender sender) {
        EnrichedAlert alert = alert("Read sensitive file", "cart-1", sender, "Warning", Duration.ZERO);
        Fingerprint cause = alert.fingerprint();
        return new EnrichedAlert(
                alert.alert(),
                new Fingerprint(cause.cluster(), cause.rule(), cause.workload(), program, cause.target()),
                alert.enrichment());
    }

    private void deduplicate() {
        DynamoDbStores stores = stores("deduplicate");
        DeduplicateStage stage = new DeduplicateStage(
                stores.incidents(),
                new AffectedTargets(stores.state()),
                RULES,
                stores.audit(),
                _ -> {},
                (_, _) -> {},
                () -> now);
        Sender sensor = Sender.ofNode(AffectedTargetFacts.NODE);
        Fleet fleet = new Fleet(stores.state(), Duration.ofMinutes(5), () -> now);
        fleet.record(Heartbeats.heartbeat("node-1", now, Map.of()), sensor);
        fleet.record(Heartbeats.heartbeat("node-2", now, Map.of()), Sender.NONE);
        EnrichedAlert first = alert("cart-1", Sender.NONE, "Notice", Duration.ZERO);
        incident = String.valueOf(stage.count(first).incidentId());
        stage.count(first);
        stage.count(alert("cart-1", sensor, "Warning", Duration.ofSeconds(1)));
        stage.count(alert("cart-2", sensor, "Critical", Duration.ofSeconds(-1)));
        stage.count(alert("cart-2", sensor, "Critical", Duration.ofSeconds(2)));
        // No operator closes these incidents, so sweep does. The second and the third cause are counted in one
        // incident.
        for (String program : List.of("/bin/a", "/bin/b", "/bin/c")) {
            stage.count(readOf(program, sensor));
        }
        // A full log of ids.
        DynamoDbIncidentStore fullLogs = new DynamoDbIncidentStore(stores.table(), new AlertIdLog.Limits(1, 1));
        fullLogs.record(
                alert("cart-1", sensor, "Warning", Duration.ofSeconds(1)).toIncidentAlert(), 1);
        IdentifiedAlert health =
                AlertParser.parse(AlertText.shellInPod().put("id", "health/1").put("source", "internal"));
        stage.recordHealth(health, sensor);
    }

    private PlannedResponder responder(String function, RecordingHandler handler) {
        DynamoDbStores stores = stores(function);
        return new PlannedResponder(
                () -> POLICIES,
                new IncidentPlanContext(stores.incidents(), new AffectedTargets(stores.state())),
                TargetLookup.STORED,
                stores.state(),
                handler.forAllTargets(),
                KillSwitch.NONE,
                stores.audit(),
                new PlannedResponder.PlanListener() {
                    @Override
                    public void responseRequested(String incidentId) {}

                    @Override
                    public void planChanged(String incidentId) {}
                },
                () -> now,
                RunLimits.SERVER);
    }

    private void respond(RecordingHandler handler) {
        responder("respond", handler).respond(incident);
        new ExposedParts(stores("respond").state(), () -> now).getAsInt();
    }

    private void sendNotifications() {
        DynamoDbStores stores = stores("notify");
        PlanStore plans = new PlanStore(stores.state());
        PlanPreview preview = new PlanPreview(new Planner(() -> POLICIES));
        NotificationOutbox outbox = new NotificationOutbox(
                new NotificationOutbox.Stores(
                        stores.incidents(),
                        stores.notifications(),
                        stores.state(),
                        new PlanStatusProvider(
                                found -> plans.plan(found.id()).orElseGet(() -> preview.preview(found)))),
                new NotificationOutbox.Policies(
                        Routing.ALL_CHANNELS,
                        SilenceFilter.NONE,
                        new IncidentGrouping(
                                stores.state(),
                                new DynamoDbGroupStore(stores.table()),
                                channel -> channel.equals("crowd") ? GROUP_ALL : ChannelLimits.UNLIMITED,
                                () -> now),
                        new StoredChannelStarts(stores.state(), Duration.ofHours(1), () -> now)),
                List.of(new RecordingChannel("chat"), new RecordingChannel("crowd"), new DownChannel()),
                ChannelWaker.NONE,
                () -> now);
        outbox.planner().plan(incident);
        for (int run = 0; run < 3; run++) {
            outbox.lanes().forEach(ChannelLane::runOnce);
        }
        outbox.backlog("chat");
        outbox.repair().run(now.plusSeconds(30));
    }

    private IncidentCloser closer(String function) {
        DynamoDbStores stores = stores(function);
        return new IncidentCloser(stores.incidents(), stores.audit(), (_, _) -> {}, () -> now);
    }

    private ActiveSilences silences(String function) {
        return new ActiveSilences(List.of(), stores(function).state(), () -> now, _ -> {});
    }

    private void silence() {
        Silences people = new Silences(silences("interact"), stores("interact").audit(), (_, _) -> {}, () -> now);
        SilenceScope scope = new SilenceScope(Priority.EMERGENCY, true, true, "");
        Silence silence = people.addForIncident(incident, "test", scope, Duration.ofHours(1), OPERATOR);
        Incident silenced = stores("notify").incidents().find(incident).orElseThrow();
        if (silences("notify")
                .silenced(silenced, NotificationState.of(silenced, Optional.empty(), Optional.empty()), now)
                .isEmpty()) {
            throw new AssertionError("the incident is not silenced");
        }
        people.end(silence.id(), OPERATOR);
        // A command has no access to the audit log, so that sweep writes the entry.
        Silences command = new Silences(silences("interact"), null, null, () -> now);
        command.addForIncident(incident, "test", scope, Duration.ofMinutes(1), OPERATOR);
    }

    private void sweep() {
        DynamoDbStores stores = stores("sweep");
        PlannedResponder responder = responder("sweep", new RecordingHandler(_ -> {}));
        SilenceMaintenance silences = new SilenceMaintenance(stores.state(), stores.audit(), (_, _) -> {}, () -> now);
        new SweepStage(stores.incidents(), RULES, responder, closer("sweep"), silences, stores.state(), () -> now)
                .sweep();
        new ExposedParts(stores.state(), () -> now).getAsInt();
        Fleet later = new Fleet(stores.state(), Duration.ofMinutes(5), () -> now.plus(Fleet.GONE_AFTER));
        later.due(10).forEach(later::remove);
        ScheduledAuditMaintenance maintenance = new ScheduledAuditMaintenance(
                new DynamoDbAuditLog(stores.auditTable()).source(),
                new InMemoryAnchorStore(),
                stores.state(),
                true,
                () -> now,
                _ -> {},
                _ -> {});
        maintenance.run();
        maintenance.verify();
    }

    private void interact() {
        DynamoDbStores stores = stores("interact");
        PlannedResponder responder = responder("interact", new RecordingHandler(_ -> {}));
        IncidentCloser closer = closer("interact");
        IncidentActions actions = new IncidentActions(
                stores.incidents(),
                stores.notifications(),
                responder,
                (closed, by) -> closer.close(closed.id(), by),
                stores.audit(),
                (_, _) -> {},
                () -> now);
        stores.replayGuard().used("token");
        stores.replayGuard().use("token", now.plusSeconds(60));
        actions.acknowledge(incident, OPERATOR);
        String plan = new PlanStore(stores.state()).plan(incident).orElseThrow().id();
        actions.approve(incident, String.valueOf(plan), OPERATOR);
        respond(new RecordingHandler(_ -> {}));
        actions.release(incident, OPERATOR);
        actions.close(incident, OPERATOR, now);
    }

    /** A channel that accepts nothing. */
    private static final class DownChannel implements NotificationChannel {
        @Override
        public String name() {
            return "down";
        }

        @Override
        public Duration sendInterval() {
            return Duration.ZERO;
        }

        @Override
        public DeliveryResult send(IncidentNotification notification) {
            return new DeliveryResult.Retry(Duration.ofSeconds(10), "throttled");
        }

        @Override
        public DeliveryResult sendGroup(GroupNotification notification) {
            throw new UnsupportedOperationException();
        }
    }
}
