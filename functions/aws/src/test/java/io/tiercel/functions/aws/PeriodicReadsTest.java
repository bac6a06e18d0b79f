package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbNotificationStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbStateStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.notification.ChannelLane;
import io.tiercel.functions.notification.ChannelWaker;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.RecordingChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** The calls of the schedule read what is pending and open, however many incidents are closed. */
@Tag("packaged")
class PeriodicReadsTest {
    private static final String TABLE = "periodic";
    private static final int CLOSED = 10_000;
    private static final int BATCH = 25;

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void closed_incidents_cost_no_reads() throws Exception {
        CapacityMeter meter = new CapacityMeter();
        try (Moto moto = Moto.startOrSkip();
                DynamoDbClient client = moto.configure(DynamoDbClient.builder()
                                .httpClient(UrlConnectionHttpClient.create())
                                .overrideConfiguration(settings -> settings.addExecutionInterceptor(meter)))
                        .build()) {
            moto.setFaults(Faults.NONE);
            moto.createTable(TABLE);
            IncidentTable table = new IncidentTable(client, TABLE, () -> now);
            IncidentStore incidents = new DynamoDbIncidentStore(table);
            for (int i = 0; i < 3; i++) {
                incidents.record(Alerts.incidentAlert("open" + i, "open " + i, "Notice", now), 50);
            }
            RecordingChannel channel = new RecordingChannel("chat");
            NotificationOutbox outbox = outbox(table, incidents, channel);
            runSchedule(outbox, incidents, meter);
            assertEquals(3, channel.messages().size(), "all are delivered");
            CapacityMeter.Totals before = runSchedule(outbox, incidents, meter);

            addClosed(moto, table, incidents, outbox);
            CapacityMeter.Totals after = runSchedule(outbox, incidents, meter);
            assertEquals(before.readUnits(), after.readUnits());
            assertEquals(before.readRequests(), after.readRequests());
            assertTrue(after.readUnits() <= 100, after.toString());
            System.out.println("schedule with 3 open and " + CLOSED + " closed incidents: " + after.readRequests()
                    + " read requests, " + after.readUnits() + " read units");
        }
    }

    private NotificationOutbox outbox(IncidentTable table, IncidentStore incidents, RecordingChannel channel) {
        return new NotificationOutbox(
                new NotificationOutbox.Stores(
                        incidents,
                        new DynamoDbNotificationStore(table),
                        new DynamoDbStateStore(table),
                        _ -> Optional.empty()),
                NotificationOutbox.Policies.ALL,
                List.of(channel),
                ChannelWaker.NONE,
                () -> now);
    }

    /** Does what a call of the schedule does, a cycle of the repair included. */
    private CapacityMeter.Totals runSchedule(NotificationOutbox outbox, IncidentStore incidents, CapacityMeter meter) {
        now = now.plus(Duration.ofMinutes(6));
        meter.reset();
        outbox.repair().run(now.plusSeconds(30));
        outbox.lanes().forEach(ChannelLane::runOnce);
        outbox.backlog("chat");
        incidents.quietSince(now.minus(Duration.ofDays(1)), 100);
        return meter.reads();
    }

    /** Closes an incident, which the channel shows, and stores copies of it with its record. */
    private void addClosed(Moto moto, IncidentTable table, IncidentStore incidents, NotificationOutbox outbox) {
        String id = incidents
                .record(Alerts.incidentAlert("closed", "closed", "Notice", now), 50)
                .incidentId();
        outbox.planner().plan(id);
        outbox.lanes().forEach(ChannelLane::runOnce);
        Incident seen = incidents.find(id).orElseThrow();
        incidents.close(seen, new IncidentClosure(now, IncidentClosure.QUIET, seen.lastSeenNanos()));
        outbox.planner().plan(id);
        now = now.plusSeconds(5);
        outbox.lanes().forEach(ChannelLane::runOnce);
        try (DynamoDbClient client = moto.dynamoDb()) {
            Map<String, AttributeValue> incident = item(client, table, "incident#" + id, "incident");
            Map<String, AttributeValue> record = item(client, table, "notification#incident/" + id, "channel#chat");
            List<WriteRequest> puts = new ArrayList<>();
            for (int i = 0; i < CLOSED; i++) {
                String copy = "%024x".formatted(i);
                puts.add(put(incident, "incident#" + copy, Map.of("shard", AttributeValue.fromS(copy.substring(23)))));
                if (i % 10 == 0) {
                    puts.add(put(record, "notification#incident/" + copy, Map.of()));
                }
            }
            for (int from = 0; from < puts.size(); from += BATCH) {
                List<WriteRequest> part = puts.subList(from, Math.min(from + BATCH, puts.size()));
                client.batchWriteItem(batch -> batch.requestItems(Map.of(TABLE, part)));
            }
        }
    }

    private static Map<String, AttributeValue> item(DynamoDbClient client, IncidentTable table, String pk, String sk) {
        Map<String, AttributeValue> item = client.getItem(get -> get.tableName(table.name())
                        .key(Map.of("pk", AttributeValue.fromS(pk), "sk", AttributeValue.fromS(sk))))
                .item();
        assertTrue(!item.isEmpty(), pk);
        return item;
    }

    private static WriteRequest put(
            Map<String, AttributeValue> item, String pk, Map<String, AttributeValue> attributes) {
        Map<String, AttributeValue> copy = new HashMap<>(item);
        copy.put("pk", AttributeValue.fromS(pk));
        copy.putAll(attributes);
        return WriteRequest.builder().putRequest(put -> put.item(copy)).build();
    }
}
