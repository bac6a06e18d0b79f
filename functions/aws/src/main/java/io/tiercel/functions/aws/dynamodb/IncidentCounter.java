package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.operate.IncidentFilter;
import io.tiercel.functions.operate.IncidentFilter.States;
import io.tiercel.functions.operate.IncidentPages.Counts;
import io.tiercel.functions.operate.IncidentPages.RuleCount;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Counts incidents from the index {@code by-last-seen}, and reads few incidents themselves. Counts are exact up to {@value
 * #MAX_COUNTED} incidents, and count those that were seen last otherwise.
 */
final class IncidentCounter {
    /** Incidents that a count includes: about 200 bytes of the index each, 250 read units in total. */
    static final int MAX_COUNTED = 10_000;

    /** Open incidents whose priority and acknowledgement are read, and closed ones whose time of closing is read. */
    static final int MAX_READ = 300;

    private static final int CHUNK = 1_000;

    private final IncidentTable table;

    IncidentCounter(IncidentTable table) {
        this.table = table;
    }

    private List<Map<String, AttributeValue>> indexItems(@Nullable Instant since) {
        IncidentFilter filter = new IncidentFilter(States.ALL, null, null, null, null, since, null, null, null);
        return new IncidentIndexReader(
                        table, IncidentIndexFilter.of(filter), ShardPositions.start(), CHUNK, MAX_COUNTED)
                .take(MAX_COUNTED);
    }

    Counts counts(Instant closedSince) {
        List<Map<String, AttributeValue>> items = indexItems(null);
        Set<String> open = new LinkedHashSet<>();
        Set<String> closed = new LinkedHashSet<>();
        long escalated = 0;
        long alerts = 0;
        for (Map<String, AttributeValue> item : items) {
            alerts += number(item, "count");
            boolean isOpen = !text(item, "state").equals(IncidentState.CLOSED.label());
            (isOpen ? open : closed).add(IncidentTable.incidentId(item));
            escalated += isOpen && number(item, "escalation") > 0 ? 1 : 0;
        }
        Map<Priority, Long> priorities = new EnumMap<>(Priority.class);
        long unacknowledged = 0;
        for (Map<String, AttributeValue> item : read(open, List.of("priority", "episode", "acknowledgement"))) {
            priorities.merge(Priority.values()[(int) number(item, "priority")], 1L, Long::sum);
            AttributeValue acknowledgement = item.get(OperatorAttributes.ACKNOWLEDGEMENT);
            unacknowledged +=
                    acknowledgement == null || number(acknowledgement.m(), "episode") != number(item, "episode")
                            ? 1
                            : 0;
        }
        long closedCount = read(closed, List.of("closed_at")).stream()
                .filter(item ->
                        item.containsKey("closed_at") && number(item, "closed_at") >= closedSince.toEpochMilli())
                .count();
        return new Counts(
                open.size() - escalated, escalated, closedCount, unacknowledged, alerts, Map.copyOf(priorities));
    }

    /** Reads attributes of the first {@link #MAX_READ} incidents. */
    private List<Map<String, AttributeValue>> read(Collection<String> ids, List<String> attributes) {
        List<String> first = ids.stream().limit(MAX_READ).toList();
        return IncidentTable.batches(first).stream()
                .flatMap(batch -> table.incidents(batch, attributes).values().stream())
                .toList();
    }

    /** The priority of a rule is that of its incident that was seen last. */
    List<RuleCount> rules(@Nullable Instant since, int limit) {
        Map<String, RuleTotal> totals = new HashMap<>();
        for (Map<String, AttributeValue> item : indexItems(since)) {
            totals.merge(
                    text(item, "rule"),
                    new RuleTotal(IncidentTable.incidentId(item), 1, number(item, "count"), number(item, "last")),
                    RuleTotal::plus);
        }
        List<Map.Entry<String, RuleTotal>> noisiest = totals.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, RuleTotal> total) ->
                                -total.getValue().alerts())
                        .thenComparing(Map.Entry::getKey))
                .limit(limit)
                .toList();
        Map<String, Priority> priorities = new HashMap<>();
        for (Map<String, AttributeValue> item :
                read(noisiest.stream().map(total -> total.getValue().newest()).toList(), List.of("priority"))) {
            priorities.put(IncidentTable.incidentId(item), Priority.values()[(int) number(item, "priority")]);
        }
        return noisiest.stream()
                .map(total -> new RuleCount(
                        total.getKey(),
                        priorities.getOrDefault(total.getValue().newest(), Priority.DEBUG),
                        total.getValue().incidents(),
                        total.getValue().alerts(),
                        total.getValue().last()))
                .toList();
    }

    /** @param newest id of the incident that was seen last */
    private record RuleTotal(String newest, long incidents, long alerts, long last) {
        /** Adds an incident that was seen earlier. */
        RuleTotal plus(RuleTotal other) {
            return new RuleTotal(newest, incidents + other.incidents, alerts + other.alerts, last);
        }
    }
}
