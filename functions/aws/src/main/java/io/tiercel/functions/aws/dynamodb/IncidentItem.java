package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentSummary;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Converts incidents to and from the attributes of their items. */
final class IncidentItem {
    private IncidentItem() {}

    /**
     * Returns the item, without its key, of an incident with one alert.
     *
     * @param slotVerified whether it holds a slot of verified senders
     */
    static Map<String, AttributeValue> opening(IncidentAlert incidentAlert, boolean slotVerified, Instant now) {
        Fingerprint cause = incidentAlert.fingerprint();
        AttributeValue time = number(incidentAlert.alert().timeNanos());
        Map<String, AttributeValue> item = new HashMap<>();
        item.put("cluster", text(cause.cluster()));
        item.put("rule", text(cause.rule()));
        item.put("workload", text(cause.workload()));
        item.put("executable", text(cause.executable()));
        item.put("target", text(cause.target()));
        item.put("folded", AttributeValue.fromBool(cause.folded()));
        item.put("folded_causes", number(cause.folded() ? 1 : 0));
        item.put("slot_key", text(cause.slotKey()));
        item.put("slot_verified", AttributeValue.fromBool(slotVerified));
        item.put("priority", number(incidentAlert.alert().priority().ordinal()));
        item.put("count", number(incidentAlert.count()));
        item.put("verified_count", number(incidentAlert.verifiedCount()));
        item.put("doubts", doubts(incidentAlert.doubts()));
        item.put("first", time);
        item.put("last", number(incidentAlert.lastNanos()));
        item.put("sampled", number(incidentAlert.verified() ? 0 : 1));
        item.put("sampled_verified", number(incidentAlert.verified() ? 1 : 0));
        item.put("state", text(IncidentState.OPEN.label()));
        item.put("enrichment", text(Json.write(incidentAlert.enrichment())));
        item.put("opened", number(now.toEpochMilli()));
        item.put("last_received", number(now.toEpochMilli()));
        item.put("escalation", number(0));
        item.put("episode", number(1));
        item.put("audited_episode", number(0));
        if (!incidentAlert.enrichment().tactics().isEmpty()) {
            item.put("tactics", AttributeValue.fromSs(incidentAlert.enrichment().tactics()));
        }
        return item;
    }

    static Incident incident(Map<String, AttributeValue> item, List<String> sample) {
        AttributeValue tactics = item.get("tactics");
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
                new TreeSet<>(tactics == null ? List.of() : tactics.ss()),
                lifecycle(item),
                Json.read(text(item, "enrichment"), Enrichment.class, StoreUnavailable::new),
                (int) number(item, "folded_causes"),
                new TreeSet<>(doubts(text(item, "doubts"))),
                sample);
    }

    /** Returns the attribute {@code doubts}, which is one text so that a write can require the value that was read. */
    static AttributeValue doubts(List<String> doubts) {
        return text(Json.write(doubts.stream().limit(Incident.MAX_DOUBTS).toList()));
    }

    static List<String> doubts(String stored) {
        return List.of(Json.read(stored, String[].class, StoreUnavailable::new));
    }

    /** Returns the summary of an item that has at least {@link IncidentDraft#ATTRIBUTES}. */
    static IncidentSummary summary(Map<String, AttributeValue> item) {
        AttributeValue tactics = item.get("tactics");
        return new IncidentSummary(
                number(item, "count"),
                tactics == null ? 0 : tactics.ss().size(),
                Priority.values()[(int) number(item, "priority")],
                number(item, "verified_count") > 0,
                lifecycle(item),
                (int) number(item, "audited_episode"));
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
