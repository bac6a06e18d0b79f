package io.tiercel.functions.aws.table;

import static io.tiercel.functions.aws.table.IncidentTable.number;
import static io.tiercel.functions.aws.table.IncidentTable.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.Occurrence;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.rules.alert.Priority;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An incident as the attributes of its item, both ways. */
final class IncidentItem {
    /** Reads what a newer version has written, as far as it knows it. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private IncidentItem() {}

    /** The item, without its key, that the first alert of an incident makes. */
    static Map<String, AttributeValue> opening(Occurrence occurrence) {
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
        item.put("enrichment", text(write(occurrence.enrichment())));
        item.put("plan", text(write(occurrence.plan())));
        item.put("told", AttributeValue.fromM(Map.of()));
        if (!occurrence.enrichment().tactics().isEmpty()) {
            item.put("tactics", AttributeValue.fromSs(occurrence.enrichment().tactics()));
        }
        return item;
    }

    static Incident incident(Map<String, AttributeValue> item, List<String> sample) {
        AttributeValue tactics = item.get("tactics");
        String state = text(item, "state");
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
                new TreeSet<>(tactics == null ? List.of() : tactics.ss()),
                IncidentState.parse(state)
                        .orElseThrow(() -> new IllegalStateException("DynamoDB: unknown state " + state)),
                read(text(item, "enrichment"), Enrichment.class),
                read(text(item, "plan"), ResponsePlan.class),
                sample);
    }

    private static String write(Object part) {
        try {
            return JSON.writeValueAsString(part);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of texts can be written as JSON", e);
        }
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("DynamoDB: not written by Tiercel: " + e.getOriginalMessage(), e);
        }
    }
}
