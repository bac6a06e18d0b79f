package io.tiercel.functions.aws.table;

import static io.tiercel.functions.aws.table.IncidentTable.number;
import static io.tiercel.functions.aws.table.IncidentTable.text;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.Closing;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentJson;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.incident.Occurrence;
import io.tiercel.functions.incident.Standing;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An incident as the attributes of its item, both ways. */
final class IncidentItem {
    /** The attributes that make a {@link Standing}. */
    static final List<String> STANDING = List.of(
            "count", "tactics", "state", "escalation", "episode", "noted", "closed_at", "closed_by", "closed_until");

    private IncidentItem() {}

    /** The item, without its key, that the first alert of an incident makes. */
    static Map<String, AttributeValue> opening(Occurrence occurrence, Instant now) {
        Fingerprint cause = occurrence.fingerprint();
        AttributeValue time = number(occurrence.alert().timeNanos());
        Map<String, AttributeValue> item = new HashMap<>();
        item.put("cluster", text(cause.cluster()));
        item.put("rule", text(cause.rule()));
        item.put("workload", text(cause.workload()));
        item.put("executable", text(cause.executable()));
        item.put("target", text(cause.target()));
        item.put("priority", number(occurrence.alert().priority().ordinal()));
        item.put("count", number(occurrence.alerts()));
        item.put("first", time);
        item.put("last", number(occurrence.lastNanos()));
        item.put("sampled", number(1));
        item.put("state", text(IncidentState.OPEN.label()));
        item.put("enrichment", text(IncidentJson.write(occurrence.enrichment())));
        item.put("heard", number(now.toEpochMilli()));
        item.put("escalation", number(0));
        item.put("episode", number(1));
        item.put("noted", number(0));
        item.put("notifications", AttributeValue.fromM(Map.of()));
        if (!occurrence.enrichment().tactics().isEmpty()) {
            item.put("tactics", AttributeValue.fromSs(occurrence.enrichment().tactics()));
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
                        text(item, "target")),
                Priority.values()[(int) number(item, "priority")],
                number(item, "count"),
                number(item, "first"),
                number(item, "last"),
                Instant.ofEpochMilli(number(item, "heard")),
                new TreeSet<>(tactics == null ? List.of() : tactics.ss()),
                lifecycle(item),
                IncidentJson.read(text(item, "enrichment"), Enrichment.class),
                sample);
    }

    /** Of an item or of the part of it that {@link #STANDING} names. */
    static Standing standing(Map<String, AttributeValue> item) {
        AttributeValue tactics = item.get("tactics");
        return new Standing(
                number(item, "count"), tactics == null ? 0 : tactics.ss().size(), lifecycle(item), (int)
                        number(item, "noted"));
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
                        : new Closing(
                                Instant.ofEpochMilli(number(item, "closed_at")),
                                closedBy.s(),
                                number(item, "closed_until")));
    }
}
