package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentChange;
import io.tiercel.functions.incident.IncidentCounts;
import io.tiercel.functions.incident.IncidentStore.RecordRequest;
import io.tiercel.functions.incident.IncidentTally;
import io.tiercel.functions.incident.IncidentTally.Slot;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.privacy.Retention;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * One attempt to count the next alerts of one rule: reads the logs of their ids and their incidents, decides in memory for one alert
 * after the other, and builds one transaction with all writes. Takes only as many alerts as fit into a transaction. Used by one thread.
 */
final class CountingTransaction {
    /** Maximum number of alerts of one transaction. */
    static final int MAX_ALERTS = 2_000;

    /** The limit of DynamoDB. */
    static final int MAX_WRITES = 100;

    /** The most writes that one alert adds: log or marker, incident, slots, folded cause, sample. */
    private static final int MAX_WRITES_OF_ALERT = 5;

    /** Maximum size of the samples and enrichments of a transaction, in characters. DynamoDB's limit for all writes is 4 MB. */
    private static final int MAX_CHARACTERS = 1_000_000;

    /** Each log is a query. */
    private static final int MAX_LOGS = 50;

    private final IncidentTable table;
    private final AlertIdLogs logs;
    private final IncidentTally<RuntimeException> tally;
    private final Instant received;
    private final Map<String, Map<String, AttributeValue>> items = new HashMap<>();
    private final Map<String, SlotsDraft> slots = new HashMap<>();
    private final Map<String, AlertIdLog> read = new HashMap<>();
    private final Map<String, String> countedHere = new HashMap<>();
    private final Map<AlertIdLog, Map<String, String>> appended = new LinkedHashMap<>();
    private final List<TransactWriteItem> markers = new ArrayList<>();
    private final List<RecordResult> results = new ArrayList<>();
    private List<AlertIdLog.Append> appends = List.of();
    private int characters;

    private CountingTransaction(IncidentTable table, AlertIdLogs logs) {
        this.table = table;
        this.logs = logs;
        this.received = table.clock().instant();
        this.tally = new IncidentTally<>(new Stored(), received);
    }

    /**
     * Prepares to count the first alerts of a list.
     *
     * @param requests alerts of one rule, at least one
     */
    static CountingTransaction prepare(IncidentTable table, AlertIdLogs logs, List<RecordRequest> requests) {
        CountingTransaction transaction = new CountingTransaction(table, logs);
        transaction.readIncidents(transaction.readLogs(requests));
        for (RecordRequest request : requests) {
            if (!transaction.results.isEmpty() && (transaction.isFull(request) || transaction.mustReadSlots(request))) {
                break;
            }
            transaction.count(request);
        }
        return transaction;
    }

    /** The slots as they were read, and as the transaction leaves them. */
    private static final class SlotsDraft {
        private IncidentSlots current;
        private boolean changed;

        SlotsDraft(IncidentSlots current) {
            this.current = current;
        }
    }

    /** Reads the logs of the first alerts. Returns those alerts. */
    private List<IncidentAlert> readLogs(List<RecordRequest> requests) {
        List<IncidentAlert> alerts = new ArrayList<>();
        for (RecordRequest request : requests) {
            if (alerts.size() >= MAX_ALERTS || read.size() >= MAX_LOGS && !isRead(request.alert())) {
                break;
            }
            alerts.add(request.alert());
            read.computeIfAbsent(AlertIdLog.keyOf(request.alert()), _ -> logs.current(table, request.alert()));
        }
        return alerts;
    }

    private boolean isRead(IncidentAlert alert) {
        return read.containsKey(AlertIdLog.keyOf(alert));
    }

    private AlertIdLog log(IncidentAlert alert) {
        return Objects.requireNonNull(read.get(AlertIdLog.keyOf(alert)));
    }

    /** Reads the incidents of the first alerts in one call. */
    private void readIncidents(List<IncidentAlert> alerts) {
        Set<String> ids = new LinkedHashSet<>();
        for (IncidentAlert alert : alerts) {
            String counted = log(alert).incidentOf(alert.alertId());
            ids.add(counted == null ? alert.fingerprint().incidentId() : counted);
            if (ids.size() == MAX_WRITES) {
                break;
            }
        }
        Map<String, Map<String, AttributeValue>> stored = table.incidents(ids, IncidentItem.COUNTED);
        ids.forEach(id -> items.put(id, stored.getOrDefault(id, Map.of())));
    }

    private Map<String, AttributeValue> item(String id) {
        return items.computeIfAbsent(id, _ -> table.incident(id, IncidentItem.COUNTED));
    }

    private SlotsDraft slots(IncidentAlert alert) {
        return slots.computeIfAbsent(
                alert.fingerprint().slotKey(), key -> new SlotsDraft(IncidentSlots.read(table, key)));
    }

    private boolean isFull(RecordRequest request) {
        return results.size() >= MAX_ALERTS
                || !isRead(request.alert())
                || characters >= MAX_CHARACTERS
                || writeCount() + MAX_WRITES_OF_ALERT > MAX_WRITES;
    }

    /** Returns whether slots of expired incidents may be free, which can be searched only before the transaction changes the slots. */
    private boolean mustReadSlots(RecordRequest request) {
        IncidentAlert alert = request.alert();
        SlotsDraft draft = slots.get(alert.fingerprint().slotKey());
        return draft != null
                && draft.changed
                && draft.current.isCheckDue(table)
                && draft.current.take(alert.fingerprint().incidentId(), alert.verified(), request.maxOpen()) == null;
    }

    private int writeCount() {
        return appended.size()
                + tally.rows()
                + (int) slots.values().stream().filter(draft -> draft.changed).count()
                + markers.size();
    }

    private void count(RecordRequest request) {
        IncidentAlert alert = request.alert();
        int rows = tally.rows();
        RecordResult result = tally.count(alert, request.maxOpen());
        results.add(result);
        if (result.duplicate()) {
            return;
        }
        if (tally.rows() > rows) {
            characters +=
                    alert.document().length() + Json.write(alert.enrichment()).length();
        }
        countedHere.put(deliveryKey(alert), result.incidentId());
        AlertIdLog log = log(alert);
        if (log.isFull()) {
            markers.add(marker(alert, result.incidentId()));
        } else {
            appended.computeIfAbsent(log, _ -> new LinkedHashMap<>()).put(alert.alertId(), result.incidentId());
        }
    }

    /** Returns the same text for every delivery of an alert. */
    private static String deliveryKey(IncidentAlert alert) {
        return AlertIdLog.keyOf(alert) + "\n" + alert.alertId();
    }

    private TransactWriteItem marker(IncidentAlert alert, String incidentId) {
        Map<String, AttributeValue> item = new HashMap<>(IncidentTable.alertKey(alert.alertId()));
        item.put("incident", text(incidentId));
        item.put(IncidentTable.EXPIRES, table.expiresIn(Retention.ALERT_IDS));
        return table.putIfAbsent(item);
    }

    /** What the table contained when it was read, and the slots as the transaction leaves them. */
    private final class Stored implements IncidentTally.Source<RuntimeException> {
        @Override
        public @Nullable String countedIn(IncidentAlert alert) {
            String here = countedHere.get(deliveryKey(alert));
            if (here != null) {
                return here;
            }
            AlertIdLog log = log(alert);
            String logged = log.incidentOf(alert.alertId());
            return logged == null && log.isFull() ? table.markedIncident(alert.alertId()) : logged;
        }

        @Override
        public @Nullable IncidentCounts incident(String id) {
            return IncidentItem.counts(item(id));
        }

        @Override
        public boolean hasCause(String incidentId, String cause) {
            return table.exists(IncidentTable.foldedCauseKey(incidentId, cause));
        }

        @Override
        public Slot takeSlot(IncidentAlert alert, String incidentId, int maxOpen, boolean opens) {
            SlotsDraft held = slots(alert);
            IncidentSlots taken = held.current.take(incidentId, alert.verified(), maxOpen);
            if (taken == null && !held.changed) {
                held.current = held.current.freeStale(table);
                taken = held.current.take(incidentId, alert.verified(), maxOpen);
            }
            if (taken == null) {
                return Slot.NONE;
            }
            Slot slot = taken.verified().contains(incidentId) ? Slot.VERIFIED : Slot.UNVERIFIED;
            if (opens || slot == Slot.VERIFIED) {
                held.current = taken;
                held.changed = true;
            }
            return slot;
        }
    }

    /** Returns the results of the alerts that this transaction takes, in order. */
    List<RecordResult> results() {
        return List.copyOf(results);
    }

    /** Returns all writes; an empty list if all alerts were counted before. */
    List<TransactWriteItem> writes() {
        appends = appended.entrySet().stream()
                .map(entry -> new AlertIdLog.Append(entry.getKey(), entry.getValue()))
                .toList();
        List<TransactWriteItem> writes = new ArrayList<>();
        appends.forEach(append -> writes.add(append.write(table)));
        for (IncidentChange change : tally.changes()) {
            writes.addAll(new IncidentWrites(table, change, received).list(item(change.id())));
        }
        slots.values().stream().filter(draft -> draft.changed).forEach(draft -> writes.add(draft.current.write(table)));
        writes.addAll(markers);
        return writes;
    }

    /** Remembers the ids that the transaction has written. */
    void committed() {
        appends.forEach(AlertIdLog.Append::written);
    }
}
