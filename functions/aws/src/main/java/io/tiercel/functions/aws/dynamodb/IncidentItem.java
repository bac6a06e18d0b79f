package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentCounts;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Converts incidents to and from the attributes of their items. */
final class IncidentItem {
    private IncidentItem() {}

    /** The attributes that {@link #counts} needs. */
    static final List<String> COUNTED = List.of(
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

    /** Returns the part of an incident that counting depends on; null if there is no item. */
    static @Nullable IncidentCounts counts(Map<String, AttributeValue> item) {
        return item.isEmpty()
                ? null
                : new IncidentCounts(
                        lifecycle(item),
                        Priority.values()[(int) number(item, "priority")],
                        number(item, "count"),
                        number(item, "verified_count"),
                        number(item, "first"),
                        number(item, "last"),
                        new TreeSet<>(tactics(item)),
                        doubts(text(item, "doubts")),
                        (int) number(item, "sampled"),
                        (int) number(item, "sampled_verified"),
                        IncidentTable.flag(item, "slot_verified"),
                        (int) number(item, "folded_causes"),
                        (int) number(item, "audited_episode"),
                        OperatorAttributes.activity(item));
    }

    /** Returns the attributes that change with each counted alert. */
    static Map<String, AttributeValue> attributes(IncidentCounts counts) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put("count", number(counts.count()));
        item.put("verified_count", number(counts.verifiedCount()));
        item.put("first", number(counts.firstSeenNanos()));
        item.put("last", number(counts.lastSeenNanos()));
        item.put("priority", number(counts.priority().ordinal()));
        item.put("sampled", number(counts.samples()));
        item.put("sampled_verified", number(counts.verifiedSamples()));
        item.put("slot_verified", AttributeValue.fromBool(counts.slotVerified()));
        item.put("folded_causes", number(counts.foldedCauses()));
        // One text, so that a write can require the value that was read.
        item.put("doubts", text(Json.write(counts.doubts())));
        item.put(OperatorAttributes.ACTIVITY, text(counts.activity().text()));
        if (!counts.tactics().isEmpty()) {
            item.put("tactics", AttributeValue.fromSs(List.copyOf(counts.tactics())));
        }
        return item;
    }

    /** Returns the attributes that an incident has from its first alert, without its key. */
    static Map<String, AttributeValue> opening(IncidentAlert first, Instant now) {
        Fingerprint cause = first.fingerprint();
        return new HashMap<>(Map.ofEntries(
                Map.entry("cluster", text(cause.cluster())),
                Map.entry("rule", text(cause.rule())),
                Map.entry("workload", text(cause.workload())),
                Map.entry("executable", text(cause.executable())),
                Map.entry("target", text(cause.target())),
                Map.entry("folded", AttributeValue.fromBool(cause.folded())),
                Map.entry("slot_key", text(cause.slotKey())),
                Map.entry("state", text(IncidentState.OPEN.label())),
                Map.entry("opened", number(now.toEpochMilli())),
                Map.entry("escalation", number(0)),
                Map.entry("episode", number(1)),
                Map.entry("audited_episode", number(0))));
    }

    static Incident incident(Map<String, AttributeValue> item, List<String> sample) {
        return new Incident(
                IncidentTable.incidentId(item),
                new Fingerprint(
                        text(item, "cluster"),
                        text(item, "rule"),
                        text(item, "workload"),
                        text(item, "executable"),
                        text(item, "target"),
                        IncidentTable.flag(item, "folded")),
                Priority.values()[(int) number(item, "priority")],
                number(item, "count"),
                number(item, "verified_count"),
                number(item, "first"),
                number(item, "last"),
                Instant.ofEpochMilli(number(item, "opened")),
                Instant.ofEpochMilli(number(item, "last_received")),
                new TreeSet<>(tactics(item)),
                lifecycle(item),
                Json.read(text(item, "enrichment"), Enrichment.class, StoreUnavailable::new),
                (int) number(item, "folded_causes"),
                new TreeSet<>(doubts(text(item, "doubts"))),
                sample);
    }

    private static List<String> tactics(Map<String, AttributeValue> item) {
        AttributeValue tactics = item.get("tactics");
        return tactics == null ? List.of() : tactics.ss();
    }

    private static List<String> doubts(String stored) {
        return List.of(Json.read(stored, String[].class, StoreUnavailable::new));
    }

    private static Lifecycle lifecycle(Map<String, AttributeValue> item) {
        String state = text(item, "state");
        AttributeValue closedBy = item.get("closed_by");
        return new Lifecycle(
                IncidentState.parse(state)
                        .orElseThrow(() -> new IllegalStateException("DynamoDB: unknown state " + state)),
                (int) number(item, "escalation"),
                (int) number(item, "episode"),
                closedBy == null
                        ? null
                        : new IncidentClosure(
                                Instant.ofEpochMilli(number(item, "closed_at")),
                                closedBy.s(),
                                number(item, "closed_until")));
    }
}
