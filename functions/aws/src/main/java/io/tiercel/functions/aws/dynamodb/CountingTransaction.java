package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentStore.RecordRequest;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.privacy.Retention;
import io.tiercel.rules.text.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
    private final Map<String, IncidentDraft> drafts = new HashMap<>();
    private final Map<String, SlotsDraft> slots = new HashMap<>();
    private final Map<String, AlertIdLog> read = new HashMap<>();
    private final Map<String, String> countedHere = new HashMap<>();
    private final Map<AlertIdLog, Map<String, String>> appended = new LinkedHashMap<>();
    private final Set<String> causes = new HashSet<>();
    private final List<TransactWriteItem> others = new ArrayList<>();
    private final List<RecordResult> results = new ArrayList<>();
    private List<AlertIdLog.Append> appends = List.of();
    private int characters;

    private CountingTransaction(IncidentTable table, AlertIdLogs logs) {
        this.table = table;
        this.logs = logs;
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
            transaction.results.add(transaction.count(request.alert(), request.maxOpen()));
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
        Map<String, Map<String, AttributeValue>> items = table.incidents(ids, IncidentDraft.ATTRIBUTES);
        ids.forEach(id -> drafts.put(id, new IncidentDraft(id, items.getOrDefault(id, Map.of()))));
    }

    private IncidentDraft draft(String id) {
        return drafts.computeIfAbsent(id, _ -> new IncidentDraft(id, table.incident(id, IncidentDraft.ATTRIBUTES)));
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
                + (int) drafts.values().stream().filter(IncidentDraft::changed).count()
                + (int) slots.values().stream().filter(draft -> draft.changed).count()
                + others.size();
    }

    private RecordResult count(IncidentAlert alert, int maxOpen) {
        String counted = countedIn(alert);
        if (counted != null) {
            return new RecordResult(counted, true, false, draft(counted).summary());
        }
        IncidentDraft own = draft(alert.fingerprint().incidentId());
        boolean opens = own.opensWith(alert);
        if (opens || own.needsVerifiedSlot(alert)) {
            SlotsDraft held = slots(alert);
            IncidentSlots taken = held.current.take(own.id(), alert.verified(), maxOpen);
            if (taken == null && !held.changed) {
                held.current = held.current.freeStale(table);
                taken = held.current.take(own.id(), alert.verified(), maxOpen);
            }
            if (opens && taken == null) {
                return countFolded(alert);
            }
            if (taken != null && (opens || taken.verified().contains(own.id()))) {
                held.current = taken;
                held.changed = true;
                own.holdSlot(taken.verified().contains(own.id()));
            }
        }
        count(own, alert);
        addSample(own, alert);
        return counted(alert, own, opens);
    }

    private RecordResult countFolded(IncidentAlert alert) {
        IncidentDraft folded = draft(alert.folded().fingerprint().incidentId());
        boolean opens = folded.opensWith(alert);
        boolean newCause = folded.countsAnotherCause()
                && isNewCause(folded, alert.fingerprint().incidentId());
        count(folded, alert.folded());
        if (newCause) {
            folded.addFoldedCause();
            addSample(folded, alert);
        }
        return counted(alert, folded, opens);
    }

    private RecordResult counted(IncidentAlert alert, IncidentDraft incident, boolean opens) {
        countedHere.put(deliveryKey(alert), incident.id());
        AlertIdLog log = log(alert);
        if (log.isFull()) {
            others.add(marker(alert, incident.id()));
        } else {
            appended.computeIfAbsent(log, _ -> new LinkedHashMap<>()).put(alert.alertId(), incident.id());
        }
        return new RecordResult(incident.id(), false, opens, incident.summary());
    }

    /** Returns the same text for every delivery of an alert. */
    private static String deliveryKey(IncidentAlert alert) {
        return AlertIdLog.keyOf(alert) + "\n" + alert.alertId();
    }

    /** Returns the incident in which an alert was counted, or null if it is new. */
    private @Nullable String countedIn(IncidentAlert alert) {
        String here = countedHere.get(deliveryKey(alert));
        if (here != null) {
            return here;
        }
        AlertIdLog log = log(alert);
        String logged = log.incidentOf(alert.alertId());
        return logged == null && log.isFull() ? table.markedIncident(alert.alertId()) : logged;
    }

    private void count(IncidentDraft incident, IncidentAlert alert) {
        if (incident.takesEnrichmentOf(alert)) {
            characters += Json.write(alert.enrichment()).length();
        }
        incident.count(alert);
    }

    private boolean isNewCause(IncidentDraft folded, String cause) {
        Map<String, AttributeValue> key = IncidentTable.foldedCauseKey(folded.id(), cause);
        if (!causes.add(folded.id() + cause) || folded.isStored() && table.exists(key)) {
            return false;
        }
        Map<String, AttributeValue> item = new HashMap<>(key);
        item.put(IncidentTable.EXPIRES, table.expiresIn(table.retention().incidents()));
        // A cause can outlive its incident, because it expires later. Then the new incident counts it.
        others.add(
                folded.isStored()
                        ? putIfAbsent(item)
                        : TransactWriteItem.builder()
                                .put(put -> put.tableName(table.name()).item(item))
                                .build());
        return true;
    }

    private TransactWriteItem marker(IncidentAlert alert, String incidentId) {
        Map<String, AttributeValue> item = new HashMap<>(IncidentTable.alertKey(alert.alertId()));
        item.put("incident", text(incidentId));
        item.put(IncidentTable.EXPIRES, table.expiresIn(Retention.ALERT_IDS));
        return putIfAbsent(item);
    }

    private TransactWriteItem putIfAbsent(Map<String, AttributeValue> item) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table.name()).item(item).conditionExpression("attribute_not_exists(pk)"))
                .build();
    }

    private void addSample(IncidentDraft incident, IncidentAlert alert) {
        int number = incident.takeSample(alert);
        if (number < 0) {
            return;
        }
        characters += alert.document().length();
        // Samples of verified senders come first.
        String kind = alert.verified() ? "0" : "1";
        String order = "%02d".formatted(number);
        String hash = Sha256.hex(alert.alertId());
        others.add(TransactWriteItem.builder()
                .put(put -> put.tableName(table.name())
                        .item(Map.of(
                                IncidentTable.PK,
                                text(IncidentTable.incidentPk(incident.id())),
                                IncidentTable.SK,
                                text("sample#" + kind + "#" + order + "#" + hash),
                                "document",
                                text(alert.document()),
                                IncidentTable.EXPIRES,
                                table.expiresIn(table.retention().samples()))))
                .build());
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
        drafts.values().stream().filter(IncidentDraft::changed).forEach(draft -> writes.add(draft.write(table)));
        slots.values().stream().filter(draft -> draft.changed).forEach(draft -> writes.add(draft.current.write(table)));
        writes.addAll(others);
        return writes;
    }

    /** Remembers the ids that the transaction has written. */
    void committed() {
        appends.forEach(AlertIdLog.Append::written);
    }
}
