package io.tiercel.bench.pipeline;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.bench.aws.Consumption;
import io.tiercel.bench.aws.InMemoryQueues;
import io.tiercel.bench.aws.InMemoryTables;
import io.tiercel.bench.aws.TableSchema;
import io.tiercel.functions.aws.DeduplicateFunction;
import io.tiercel.functions.aws.SqsChannelWaker;
import io.tiercel.functions.aws.SqsEnrichedAlertPublisher;
import io.tiercel.functions.aws.SqsIncidentEventPublisher;
import io.tiercel.functions.aws.SqsResponseRequestPublisher;
import io.tiercel.functions.aws.dynamodb.AuditTable;
import io.tiercel.functions.aws.dynamodb.DynamoDbAuditLog;
import io.tiercel.functions.aws.dynamodb.DynamoDbGroupStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbNotificationStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbStateStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.ChannelStarts;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.SilenceFilter;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.group.IncidentGrouping;
import io.tiercel.functions.notification.silence.SilenceMaintenance;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.stage.AlertIntake;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import io.tiercel.functions.stage.IncidentCloser;
import io.tiercel.functions.stage.IncidentReference;
import io.tiercel.functions.stage.NotifyStage;
import io.tiercel.functions.stage.RespondStage;
import io.tiercel.functions.stage.ScheduledAuditMaintenance;
import io.tiercel.functions.stage.SweepStage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The functions on tables and queues in memory, with a virtual clock. */
public final class InMemoryPipeline {
    /** Names of the queues, in the order of the functions that consume them. */
    public static final String ALERTS = "alerts";

    public static final String ENRICHED = "enriched";
    public static final String RESPONSES = "responses.fifo";
    public static final String NOTIFICATIONS = "notifications.fifo";

    private static final String INCIDENTS = "incidents";
    private static final String AUDIT = "audit";
    private static final Duration NOTIFY_TIME = Duration.ofSeconds(35);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final InvocationMeter meter;
    private final InMemoryTables tables;
    private final InMemoryQueues queues;
    private final AlertIntake intake;
    private final DeduplicateFunction deduplicate;
    private final RespondStage respond;
    private final NotifyStage notify;
    private final NotificationOutbox outbox;
    private final SweepStage sweep;
    private final ScheduledAuditMaintenance audit;
    private Instant now;

    /**
     * Creates empty tables and queues.
     *
     * @param start the first time of the clock
     * @param channels number of notification channels
     * @param listener receives what requests consume, in addition to {@link #meter}
     */
    public InMemoryPipeline(Instant start, int channels, Latencies latencies, Consumption.Meter listener) {
        now = start;
        meter = new InvocationMeter(latencies, listener);
        tables = new InMemoryTables(meter);
        tables.createTable(INCIDENTS, TableSchema.INCIDENTS);
        tables.createTable(AUDIT, TableSchema.AUDIT);
        queues = new InMemoryQueues(meter, this::now);
        List.of(ALERTS, ENRICHED, RESPONSES, NOTIFICATIONS).forEach(queues::createQueue);

        IncidentRules rules = IncidentRulesFile.readDefault();
        IncidentTable table = new IncidentTable(tables, INCIDENTS, this::now);
        DynamoDbIncidentStore incidents = new DynamoDbIncidentStore(table);
        DynamoDbStateStore states = new DynamoDbStateStore(table);
        DynamoDbAuditLog auditLog = new DynamoDbAuditLog(new AuditTable(tables, AUDIT));
        SqsEnrichedAlertPublisher enriched = new SqsEnrichedAlertPublisher(queues, ENRICHED, ENRICHED);
        SqsResponseRequestPublisher requests = new SqsResponseRequestPublisher(queues, _ -> RESPONSES);
        SqsIncidentEventPublisher events = new SqsIncidentEventPublisher(queues, NOTIFICATIONS, NOTIFICATIONS);
        Enricher enricher = new Enricher("", AttackTechniques.load());
        Responses responses = new Responses(incidents, states, auditLog, requests, events, this::now);

        intake = new AlertIntake(new EnrichStage(enricher, rules), enriched, enriched);
        deduplicate = new DeduplicateFunction(
                new DeduplicateStage(
                        incidents, new AffectedTargets(states), rules, auditLog, requests, events, this::now),
                Optional.empty());
        respond = new RespondStage(responses.responder());
        outbox = new NotificationOutbox(
                new NotificationOutbox.Stores(
                        incidents, new DynamoDbNotificationStore(table), states, responses.status()),
                new NotificationOutbox.Policies(
                        Routing.ALL_CHANNELS,
                        SilenceFilter.NONE,
                        new IncidentGrouping(
                                states, new DynamoDbGroupStore(table), _ -> ChannelLimits.DEFAULT, this::now),
                        ChannelStarts.ALWAYS),
                AcceptingChannel.several(channels, () -> meter.waited(latencies.channel())),
                new SqsChannelWaker(queues, NOTIFICATIONS, this::now),
                this::now);
        notify = new NotifyStage(outbox, PATIENCE, this::pause, this::now);
        SilenceMaintenance silences = new SilenceMaintenance(states, auditLog, events, this::now);
        sweep = new SweepStage(
                incidents,
                rules,
                responses.responder(),
                new IncidentCloser(incidents, auditLog, events, this::now),
                silences,
                states,
                this::now);
        audit = new ScheduledAuditMaintenance(
                auditLog.source(), new MeteredAnchors(meter), states, true, this::now, _ -> {}, _ -> {});
    }

    /** Returns the time of the virtual clock. */
    public synchronized Instant now() {
        return now;
    }

    /** Sets the virtual clock. */
    public synchronized void setNow(Instant time) {
        now = time;
    }

    private void pause(Duration time) {
        setNow(now().plus(time));
        meter.waited((double) time.toMillis());
    }

    /** Returns the meter. */
    public InvocationMeter meter() {
        return meter;
    }

    /** Returns the queues. */
    public InMemoryQueues queues() {
        return queues;
    }

    /** Returns the number of open incidents. */
    public long openIncidents() {
        return tables.size(INCIDENTS, "open-by-last-received");
    }

    /** Returns the size of the incident table with its indexes, bytes. */
    public long incidentBytes() {
        return tables.bytes(INCIDENTS);
    }

    /** Takes messages from a queue, as the poller of a function does. */
    public List<InMemoryQueues.Message> take(FunctionName function, String queue, int limit) {
        meter.polledFor(function);
        return queues.take(queue, limit);
    }

    /**
     * Runs {@code enrich} with a batch.
     *
     * @return the assumed time of the invocation, milliseconds
     */
    public double enrich(List<SentAlert> alerts) {
        meter.begin(FunctionName.ENRICH, alerts.size());
        alerts.forEach(alert -> intake.enrich(parse(alert.document()), alert.sender(), now()));
        return meter.end();
    }

    /** Runs {@code deduplicate} with a batch and returns the assumed time, milliseconds. */
    public double deduplicate(List<String> bodies) {
        meter.begin(FunctionName.DEDUPLICATE, bodies.size());
        List<SQSEvent.SQSMessage> messages = new ArrayList<>();
        for (String body : bodies) {
            SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
            message.setMessageId(Integer.toString(messages.size()));
            message.setBody(body);
            message.setAttributes(Map.of());
            messages.add(message);
        }
        SQSEvent event = new SQSEvent();
        event.setRecords(messages);
        SQSBatchResponse response = deduplicate.handleRequest(event, UnhurriedContext.INSTANCE);
        if (!response.getBatchItemFailures().isEmpty()) {
            throw new IllegalStateException("deduplicate failed; its log has the reason");
        }
        return meter.end();
    }

    /** Runs {@code respond} with a message and returns the assumed time, milliseconds. */
    public double respond(String body) {
        meter.begin(FunctionName.RESPOND, 1);
        respond.respond(new IncidentReference(parse(body).path("incidentId").asText()));
        return meter.end();
    }

    /** Runs {@code notify} with a message and returns the assumed time, milliseconds. */
    public double notifyMessage(String body) {
        meter.begin(FunctionName.NOTIFY, 1);
        notify.handle(parse(body), NOTIFY_TIME);
        return meter.end();
    }

    /** Runs {@code notify} as the schedule does, with the backlog for its metrics. Returns the assumed time, milliseconds. */
    public double notifySchedule() {
        meter.begin(FunctionName.NOTIFY, 1);
        notify.handle(null, NOTIFY_TIME);
        outbox.lanes().forEach(lane -> outbox.backlog(lane.name()));
        return meter.end();
    }

    /** Runs {@code sweep} as the schedule does and returns the assumed time, milliseconds. */
    public double sweep() {
        meter.begin(FunctionName.SWEEP, 1);
        sweep.sweep();
        audit.run();
        return meter.end();
    }

    private static JsonNode parse(String document) {
        try {
            return Json.SINGLE_DOCUMENT.readTree(document);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + document, e);
        }
    }
}
