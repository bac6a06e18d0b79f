package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.operate.IncidentFilter;
import io.tiercel.functions.operate.IncidentPages;
import io.tiercel.functions.operate.IncidentSort;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/**
 * Lists incidents in DynamoDB, the last seen first. A page merges the shards of the index {@code by-last-seen}, which tests states, rule
 * and time. The other parts of a filter need the incidents themselves. A page reads at most {@value #MAX_INDEX_ITEMS} items of the index
 * and {@value #MAX_LOADED} incidents, and ends early otherwise, with a cursor.
 */
public final class DynamoDbIncidentPages implements IncidentPages {
    /** Items of the index that a page reads: about 200 bytes each, so that a page costs at most about 200 read units. */
    static final int MAX_INDEX_ITEMS = 8_000;

    /** Incidents that a page loads, one read unit each in most cases. */
    static final int MAX_LOADED = 600;

    /** Items of the index that a search for a beginning of an id reads. */
    private static final int MAX_SEARCHED = 20_000;

    /** A query that drops nothing costs the same for about twenty items as for one. */
    private static final int CHUNK = 20;

    private static final int FILTERED_CHUNK = 250;
    private static final int ID_DIGITS = 24;

    private final IncidentTable table;
    private final IncidentCounter counter;

    public DynamoDbIncidentPages(IncidentTable table) {
        this.table = table;
        this.counter = new IncidentCounter(table);
    }

    /** {@inheritDoc} No index has another order. */
    @Override
    public Set<IncidentSort> sorts() {
        return Set.of(IncidentSort.LAST_SEEN);
    }

    /** {@inheritDoc} Pages have no total. */
    @Override
    public Page page(IncidentFilter filter, IncidentSort sort, @Nullable String cursor, int limit) {
        ShardPositions positions = cursor == null ? ShardPositions.start() : ShardPositions.parse(cursor);
        IncidentIndexFilter index = IncidentIndexFilter.of(filter);
        IncidentIndexReader reader = new IncidentIndexReader(
                table, index, positions, index.drops() ? FILTERED_CHUNK : CHUNK, MAX_INDEX_ITEMS);
        List<Entry> entries = new ArrayList<>();
        int loaded = 0;
        while (entries.size() < limit && loaded < MAX_LOADED) {
            int wanted = Math.min(limit - entries.size(), MAX_LOADED - loaded);
            List<Map<String, AttributeValue>> keys = reader.take(wanted);
            loaded += keys.size();
            load(keys).stream()
                    .map(item -> OperatorAttributes.entry(item, List.of()))
                    .filter(entry -> OperatorAttributes.matches(filter, entry))
                    .forEach(entries::add);
            if (keys.size() < wanted) {
                break;
            }
        }
        return new Page(List.copyOf(entries), positions.cursor(), null);
    }

    /** Loads the items of incidents in the order of their keys. */
    private List<Map<String, AttributeValue>> load(List<Map<String, AttributeValue>> keys) {
        List<String> ids = keys.stream().map(IncidentTable::incidentId).toList();
        Map<String, Map<String, AttributeValue>> items = table.incidents(ids);
        return ids.stream().flatMap(id -> Stream.ofNullable(items.get(id))).toList();
    }

    @Override
    public Optional<Entry> find(String incidentId) {
        List<Map<String, AttributeValue>> items = table.incidentWithSample(incidentId);
        return items.stream()
                .filter(item -> text(item, IncidentTable.SK).equals("incident"))
                .findFirst()
                .map(item -> OperatorAttributes.entry(item, IncidentTable.sample(items)));
    }

    /**
     * {@inheritDoc} Searches the shard of the first digit, the last seen incident first, and at most {@value #MAX_SEARCHED} incidents.
     */
    @Override
    public List<String> idsWithPrefix(String prefix, int limit) {
        if (prefix.length() == ID_DIGITS) {
            return table.exists(IncidentTable.incidentKey(prefix)) ? List.of(prefix) : List.of();
        }
        List<String> found = new ArrayList<>();
        int searched = 0;
        Map<String, AttributeValue> start = null;
        do {
            QueryRequest query = QueryRequest.builder()
                    .tableName(table.name())
                    .indexName(IncidentTable.BY_LAST_SEEN)
                    .scanIndexForward(false)
                    .keyConditionExpression("shard = :shard")
                    .filterExpression("begins_with(pk, :prefix)")
                    .expressionAttributeValues(new HashMap<>(Map.of(
                            ":shard", text(IncidentTable.shard(prefix)),
                            ":prefix", text(IncidentTable.incidentPk(prefix)))))
                    .exclusiveStartKey(start)
                    .build();
            var response = IncidentTable.call(
                    "find incidents by the beginning of their id",
                    () -> table.client().query(query));
            response.items().forEach(item -> found.add(IncidentTable.incidentId(item)));
            searched += response.scannedCount();
            start = response.hasLastEvaluatedKey()
                            && !response.lastEvaluatedKey().isEmpty()
                    ? response.lastEvaluatedKey()
                    : null;
        } while (start != null && found.size() < limit && searched < MAX_SEARCHED);
        return found.stream().sorted().limit(limit).toList();
    }

    @Override
    public Counts counts(Instant closedSince) {
        return counter.counts(closedSince);
    }

    @Override
    public List<RuleCount> rules(@Nullable Instant since, int limit) {
        return counter.rules(since, limit);
    }
}
