package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentSummary;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.incident.MinuteCounts;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.alert.Priority;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * An incident as it was read, and with the alerts that one transaction counts in it. The transaction fails if the stored incident has
 * counted other alerts since, or was closed. Used by one thread.
 */
final class IncidentDraft {
    /** The attributes that counting depends on. */
    static final List<String> ATTRIBUTES = List.of(
            "first",
            "last",
            "priority",
            "count",
            "verified_count",
            "tactics",
            "sampled",
            "sampled_verified",
            "state",
            "closed_at",
            "closed_by",
            "closed_until",
            "slot_verified",
            "folded_causes",
            "doubts",
            "episode",
            "escalation",
            "audited_episode",
            OperatorAttributes.ACTIVITY);

    private final String id;
    private final Map<String, AttributeValue> stored;
    private @Nullable IncidentAlert opener;
    private @Nullable IncidentAlert firstVerified;
    private long first;
    private long last;
    private Priority priority;
    private long count;
    private long verifiedCount;
    private final Set<String> tactics = new TreeSet<>();
    private int samples;
    private int verifiedSamples;
    private Lifecycle lifecycle;
    private boolean slotVerified;
    private int foldedCauses;
    private List<String> doubts = List.of();
    private final int auditedEpisode;
    private final MinuteCounts activity;
    /** Alerts that this transaction counts. */
    private long added;

    private boolean changed;

    /**
     * @param id the incident
     * @param stored its item with {@link #ATTRIBUTES}; empty if there is none
     */
    IncidentDraft(String id, Map<String, AttributeValue> stored) {
        this.id = id;
        this.stored = stored;
        if (stored.isEmpty()) {
            priority = Priority.DEBUG;
            lifecycle = IncidentSummary.EXPIRED.lifecycle();
            auditedEpisode = 0;
            activity = MinuteCounts.NONE;
            return;
        }
        IncidentSummary summary = IncidentItem.summary(stored);
        first = number(stored, "first");
        last = number(stored, "last");
        priority = summary.priority();
        count = summary.count();
        verifiedCount = number(stored, "verified_count");
        AttributeValue storedTactics = stored.get("tactics");
        if (storedTactics != null) {
            tactics.addAll(storedTactics.ss());
        }
        samples = (int) number(stored, "sampled");
        verifiedSamples = (int) number(stored, "sampled_verified");
        lifecycle = summary.lifecycle();
        slotVerified = IncidentTable.flag(stored, "slot_verified");
        foldedCauses = (int) number(stored, "folded_causes");
        doubts = IncidentItem.doubts(text(stored, "doubts"));
        auditedEpisode = summary.auditedEpisode();
        activity = OperatorAttributes.activity(stored);
    }

    String id() {
        return id;
    }

    /** Returns whether the incident exists, in the table or with an alert of this transaction. */
    boolean exists() {
        return !stored.isEmpty() || opener != null;
    }

    /** Returns whether the incident was in the table when it was read. */
    boolean isStored() {
        return !stored.isEmpty();
    }

    /** Returns whether counting an alert writes its enrichment. */
    boolean takesEnrichmentOf(IncidentAlert alert) {
        return !exists() || alert.verified() && verifiedCount == 0;
    }

    /** Returns whether an alert would open or reopen the incident. */
    boolean opensWith(IncidentAlert alert) {
        IncidentClosure closing = lifecycle.closing();
        return !exists() || closing != null && alert.reopens(closing.untilNanos(), verifiedCount);
    }

    /** Returns whether the alert is the first one from a verified sender since an unverified sender opened the incident. */
    boolean needsVerifiedSlot(IncidentAlert alert) {
        return alert.verified() && exists() && lifecycle.closing() == null && !slotVerified;
    }

    /** Sets the kind of slot that the incident holds from now on. */
    void holdSlot(boolean ofVerified) {
        slotVerified = ofVerified;
    }

    boolean countsAnotherCause() {
        return foldedCauses < Incident.MAX_FOLDED_CAUSES;
    }

    void addFoldedCause() {
        foldedCauses++;
    }

    /** Counts an alert. If {@link #opensWith} returns true for it, the incident opens. */
    void count(IncidentAlert alert) {
        if (!exists()) {
            opener = alert;
            first = alert.alert().timeNanos();
            lifecycle = Lifecycle.opened();
        } else if (opensWith(alert)) {
            lifecycle = new Lifecycle(IncidentState.OPEN, lifecycle.escalation(), lifecycle.episode() + 1, null);
        }
        if (alert.verified() && verifiedCount == 0) {
            firstVerified = alert;
        }
        first = Math.min(first, alert.alert().timeNanos());
        last = Math.max(last, alert.lastNanos());
        if (alert.alert().priority().compareTo(priority) < 0) {
            priority = alert.alert().priority();
        }
        count += alert.count();
        added += alert.count();
        verifiedCount += alert.verifiedCount();
        tactics.addAll(alert.enrichment().tactics());
        if (alert.verified() && doubts.size() < Incident.MAX_DOUBTS) {
            Set<String> more = new LinkedHashSet<>(doubts);
            more.addAll(alert.doubts());
            doubts = more.stream().limit(Incident.MAX_DOUBTS).toList();
        }
        changed = true;
    }

    /** Returns the number of the sample that an alert can become, from 0; -1 if there are enough. The alert then is a sample. */
    int takeSample(IncidentAlert alert) {
        int number = alert.verified() ? verifiedSamples : samples;
        if (number >= Incident.SAMPLE_LIMIT) {
            return -1;
        }
        if (alert.verified()) {
            verifiedSamples++;
        } else {
            samples++;
        }
        return number;
    }

    /** Returns the summary with all alerts that were counted until now. */
    IncidentSummary summary() {
        return exists()
                ? new IncidentSummary(count, tactics.size(), priority, verifiedCount > 0, lifecycle, auditedEpisode)
                : IncidentSummary.EXPIRED;
    }

    /** Returns whether an alert was counted, so that the incident must be written. */
    boolean changed() {
        return changed;
    }

    /** Returns the write of the incident, on the condition that it is unchanged since it was read. */
    TransactWriteItem write(IncidentTable table) {
        return stored.isEmpty() ? put(table) : update(table);
    }

    private TransactWriteItem put(IncidentTable table) {
        Map<String, AttributeValue> item = new HashMap<>(IncidentItem.opening(
                Objects.requireNonNull(opener), slotVerified, table.clock().instant()));
        item.putAll(IncidentTable.incidentKey(id));
        item.put("shard", text(IncidentTable.shard(id)));
        item.put(IncidentTable.OPEN, text(IncidentTable.shard(id)));
        item.put(IncidentTable.EXPIRES, table.expiresIn(table.retention().incidents()));
        item.putAll(counted());
        item.put(OperatorAttributes.ACTIVITY, activity(table));
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table.name()).item(item).conditionExpression("attribute_not_exists(pk)"))
                .build();
    }

    /** Returns the attributes that depend on the counted alerts. */
    private Map<String, AttributeValue> counted() {
        Map<String, AttributeValue> counted = new HashMap<>();
        counted.put("count", number(count));
        counted.put("verified_count", number(verifiedCount));
        counted.put("first", number(first));
        counted.put("last", number(last));
        counted.put("priority", number(priority.ordinal()));
        counted.put("sampled", number(samples));
        counted.put("sampled_verified", number(verifiedSamples));
        counted.put("slot_verified", AttributeValue.fromBool(slotVerified));
        counted.put("folded_causes", number(foldedCauses));
        counted.put("doubts", IncidentItem.doubts(doubts));
        if (!tactics.isEmpty()) {
            counted.put("tactics", AttributeValue.fromSs(List.copyOf(tactics)));
        }
        if (firstVerified != null) {
            // It replaces the enrichment of alerts that anybody could have sent.
            counted.put("enrichment", text(Json.write(firstVerified.enrichment())));
        }
        return counted;
    }

    private TransactWriteItem update(IncidentTable table) {
        AttributeValue now = number(table.clock().millis());
        UpdateExpression update = new UpdateExpression()
                .onlyIf("count", "=", IncidentTable.present(stored, "count"))
                .onlyIf("state", "=", IncidentTable.present(stored, "state"))
                .set("last_received", now)
                .set(IncidentTable.EXPIRES, table.expiresIn(table.retention().incidents()));
        if (stored.containsKey("closed_until") && lifecycle.closing() == null) {
            update.set("state", text(IncidentState.OPEN.label()))
                    .set(IncidentTable.OPEN, text(IncidentTable.shard(id)))
                    .set("opened", now)
                    .set("episode", number(lifecycle.episode()))
                    .remove("closed_at", "closed_by", "closed_until");
        }
        update.set(OperatorAttributes.ACTIVITY, activity(table));
        counted().forEach((attribute, value) -> {
            if (!sameAsStored(attribute, value)) {
                update.set(attribute, value);
            }
        });
        return TransactWriteItem.builder()
                .update(request -> request.tableName(table.name())
                        .key(IncidentTable.incidentKey(id))
                        .updateExpression(update.expression())
                        .conditionExpression(update.condition())
                        .expressionAttributeNames(update.names())
                        .expressionAttributeValues(update.values()))
                .build();
    }

    private AttributeValue activity(IncidentTable table) {
        return text(activity.plus(added, table.clock().instant()).text());
    }

    private boolean sameAsStored(String attribute, AttributeValue value) {
        AttributeValue before = stored.get(attribute);
        return before != null
                && (value.hasSs() ? Set.copyOf(value.ss()).equals(Set.copyOf(before.ss())) : value.equals(before));
    }
}
