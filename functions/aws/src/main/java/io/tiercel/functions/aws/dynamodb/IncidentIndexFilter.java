package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.operate.IncidentFilter;
import io.tiercel.functions.operate.IncidentFilter.States;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/** The part of a filter that the index {@code by-last-seen} can test: states, rule and time. */
final class IncidentIndexFilter {
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, AttributeValue> values = new HashMap<>();
    private final List<String> filters = new ArrayList<>();
    private String range = "";

    private IncidentIndexFilter() {}

    static IncidentIndexFilter of(IncidentFilter filter) {
        IncidentIndexFilter index = new IncidentIndexFilter();
        if (filter.states() != States.ALL) {
            IncidentState state = filter.states() == States.CLOSED ? IncidentState.CLOSED : IncidentState.OPEN;
            index.compare("state", "=", text(state.label()));
        }
        switch (filter.states()) {
            case OPEN -> index.compare("escalation", "=", number(0));
            case ESCALATED -> index.compare("escalation", ">", number(0));
            case ACTIVE, CLOSED, ALL -> {
                // The state says all.
            }
        }
        if (filter.rule() != null) {
            index.compare("rule", "=", text(filter.rule()));
        }
        return index.between(filter.since(), filter.until());
    }

    private IncidentIndexFilter between(@Nullable Instant since, @Nullable Instant until) {
        if (since != null || until != null) {
            names.put("#last", "last");
            values.put(":since", number(since == null ? Long.MIN_VALUE : nanos(since)));
            values.put(":until", number(until == null ? Long.MAX_VALUE : nanos(until)));
            range = " AND #last BETWEEN :since AND :until";
        }
        return this;
    }

    /** Returns a time as the attribute {@code last}. Times that 64 bits cannot hold become the first or the last that they can. */
    static long nanos(Instant time) {
        try {
            return Math.addExact(
                    Math.multiplyExact(time.getEpochSecond(), TimeUnit.SECONDS.toNanos(1)), time.getNano());
        } catch (ArithmeticException e) {
            return time.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private void compare(String attribute, String comparison, AttributeValue value) {
        names.put("#" + attribute, attribute);
        values.put(":" + attribute, value);
        filters.add("#" + attribute + " " + comparison + " :" + attribute);
    }

    /** Returns whether the index drops items. */
    boolean drops() {
        return !filters.isEmpty();
    }

    /** Returns a query of a shard, the last seen incident first. */
    QueryRequest.Builder query(String shard) {
        Map<String, AttributeValue> all = new HashMap<>(values);
        all.put(":shard", text(shard));
        return QueryRequest.builder()
                .indexName(IncidentTable.BY_LAST_SEEN)
                .scanIndexForward(false)
                .keyConditionExpression("shard = :shard" + range)
                .filterExpression(filters.isEmpty() ? null : String.join(" AND ", filters))
                .expressionAttributeNames(names.isEmpty() ? null : names)
                .expressionAttributeValues(all);
    }
}
