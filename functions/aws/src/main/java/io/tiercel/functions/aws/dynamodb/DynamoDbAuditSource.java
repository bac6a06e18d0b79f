package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.PK;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.SK;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.AuditSource;
import io.tiercel.functions.audit.ChainHead;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/** Reads the audit log in DynamoDB. Only {@code sweep} may read all chains; {@code operate} may read entries and the index by time. */
public final class DynamoDbAuditSource implements AuditSource {
    private static final Pattern ENTRY_KEY = Pattern.compile("[0-9]{19}");

    private static final Set<String> ENTRY_ATTRIBUTES =
            Set.of(PK, SK, AuditTable.PREVIOUS, AuditTable.LINE, AuditTable.HASH, AuditTable.PERIOD, AuditTable.TIME);

    private final AuditTable table;

    DynamoDbAuditSource(AuditTable table) {
        this.table = table;
    }

    /**
     * {@inheritDoc} Scans the keys of all items, because the index contains no chain that lost its head. The cursor is the key after
     * which the scan continues. A chain may be in several pages.
     */
    @Override
    public Page chains(@Nullable String cursor, int limit) {
        Map<String, AttributeValue> start = cursor == null ? null : key(cursor);
        Set<String> chains = new LinkedHashSet<>();
        do {
            Map<String, AttributeValue> from = start;
            ScanResponse page = IncidentTable.call(
                    "scan the audit log",
                    () -> table.client()
                            .scan(scan -> scan.tableName(table.name())
                                    .consistentRead(true)
                                    .exclusiveStartKey(from)
                                    .projectionExpression("#pk")
                                    .expressionAttributeNames(Map.of("#pk", PK))));
            page.items().forEach(item -> chains.add(AuditTable.chain(text(item, PK))));
            start = page.hasLastEvaluatedKey() && !page.lastEvaluatedKey().isEmpty() ? page.lastEvaluatedKey() : null;
        } while (start != null && chains.size() < limit);
        return new Page(List.copyOf(chains), start == null ? null : cursor(start));
    }

    private static String cursor(Map<String, AttributeValue> key) {
        return Json.write(List.of(text(key, PK), text(key, SK)));
    }

    private static Map<String, AttributeValue> key(String cursor) {
        JsonNode key = Json.read(cursor, JsonNode.class, StoreUnavailable::new);
        return Map.of(PK, text(key.path(0).asText()), SK, text(key.path(1).asText()));
    }

    @Override
    public Optional<StoredHead> head(String chain) {
        Map<String, AttributeValue> item = IncidentTable.call(
                "read the head of an audit chain",
                () -> table.client()
                        .getItem(get -> get.tableName(table.name())
                                .key(AuditTable.headKey(chain))
                                .consistentRead(true))
                        .item());
        return item.isEmpty()
                ? Optional.empty()
                : Optional.of(new StoredHead(position(item), string(item, AuditTable.BUCKET)));
    }

    @Override
    public List<StoredEntry> entries(String chain, long after, int limit) {
        QueryRequest.Builder query = QueryRequest.builder()
                .tableName(table.name())
                .consistentRead(true)
                .keyConditionExpression("pk = :pk")
                .expressionAttributeValues(Map.of(":pk", AuditTable.pk(chain)))
                .limit(limit + 1);
        if (after > 0) {
            query.exclusiveStartKey(AuditTable.entryKey(chain, after));
        }
        List<Map<String, AttributeValue>> items = IncidentTable.call(
                "read an audit chain", () -> table.client().query(query.build()).items());
        List<StoredEntry> entries = new ArrayList<>();
        for (Map<String, AttributeValue> item : items) {
            if (entries.size() < limit && !string(item, SK).equals(AuditTable.HEAD_KEY)) {
                entries.add(new StoredEntry(record(item), defect(item)));
            }
        }
        return List.copyOf(entries);
    }

    private static @Nullable String defect(Map<String, AttributeValue> item) {
        if (!ENTRY_KEY.matcher(string(item, SK)).matches()) {
            return "an item with the key " + string(item, SK) + " was added";
        }
        Set<String> others = new TreeSet<>(item.keySet());
        others.removeAll(ENTRY_ATTRIBUTES);
        if (!others.isEmpty()) {
            return "it has attributes that an entry never has: " + String.join(", ", others);
        }
        return isAtItsTime(item) ? null : "the list of all entries shows it at another time";
    }

    /** Returns whether the index has an entry at its time. Entries of earlier versions are not in the index. */
    private static boolean isAtItsTime(Map<String, AttributeValue> item) {
        if (!item.containsKey(AuditTable.PERIOD) && !item.containsKey(AuditTable.TIME)) {
            return true;
        }
        try {
            AuditTime time = AuditTime.of(record(item));
            return time.period().equals(string(item, AuditTable.PERIOD))
                    && time.time().equals(string(item, AuditTable.TIME));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Returns the newest entries of a chain, oldest first. */
    List<AuditRecord> newest(String chain, int limit) {
        QueryRequest newest = QueryRequest.builder()
                .tableName(table.name())
                .consistentRead(true)
                .scanIndexForward(false)
                .keyConditionExpression("pk = :pk AND sk < :head")
                .expressionAttributeValues(Map.of(":pk", AuditTable.pk(chain), ":head", text(AuditTable.HEAD_KEY)))
                .build();
        return IncidentTable.call(
                        "read the audit log",
                        () -> table.client().queryPaginator(newest).items().stream()
                                .limit(limit)
                                .map(DynamoDbAuditSource::record)
                                .toList())
                .reversed();
    }

    /** Returns the entries of a chain with smaller numbers than {@code before}, the newest first. */
    List<AuditRecord> before(String chain, long before, int limit) {
        return IncidentTable.call(
                "read the audit log",
                () -> table
                        .client()
                        .query(query -> query.tableName(table.name())
                                .consistentRead(true)
                                .scanIndexForward(false)
                                .keyConditionExpression("pk = :pk AND sk < :before")
                                .expressionAttributeValues(
                                        Map.of(":pk", AuditTable.pk(chain), ":before", text(AuditTable.sk(before))))
                                .limit(limit))
                        .items()
                        .stream()
                        .map(DynamoDbAuditSource::record)
                        .toList());
    }

    /**
     * An entry in the list of all entries.
     *
     * @param time the stored {@link AuditTime#time}
     */
    record TimedEntry(String time, AuditRecord record) {}

    /**
     * Returns entries of a partition of the index {@code by-time}, the newest first.
     *
     * @param before only entries whose time is smaller
     */
    List<TimedEntry> newest(String period, String before, int limit) {
        return IncidentTable.call(
                "read the audit log",
                () -> table
                        .client()
                        .query(query -> query.tableName(table.name())
                                .indexName(AuditTable.BY_TIME)
                                .scanIndexForward(false)
                                .keyConditionExpression("#period = :period AND #time < :before")
                                .expressionAttributeNames(
                                        Map.of("#period", AuditTable.PERIOD, "#time", AuditTable.TIME))
                                .expressionAttributeValues(Map.of(":period", text(period), ":before", text(before)))
                                .limit(limit))
                        .items()
                        .stream()
                        .map(item -> new TimedEntry(string(item, AuditTable.TIME), record(item)))
                        .toList());
    }

    @Override
    public List<ChainHead> heads(int bucket, String afterChain, int limit) {
        AttributeValue name = text(AuditChain.bucketName(bucket));
        return IncidentTable.call(
                "read the heads of the audit log",
                () -> table
                        .client()
                        .query(query -> query.tableName(table.name())
                                .indexName(AuditTable.BY_BUCKET)
                                .keyConditionExpression("#bucket = :bucket AND #pk > :after")
                                .expressionAttributeNames(Map.of("#bucket", AuditTable.BUCKET, "#pk", PK))
                                .expressionAttributeValues(Map.of(":bucket", name, ":after", AuditTable.pk(afterChain)))
                                .limit(limit))
                        .items()
                        .stream()
                        .map(DynamoDbAuditSource::position)
                        .toList());
    }

    @Override
    public List<Optional<String>> hashes(List<ChainHead> positions) {
        Map<Map<String, AttributeValue>, String> found = new HashMap<>();
        Collection<Map<String, AttributeValue>> missing =
                positions.stream().map(DynamoDbAuditSource::key).distinct().toList();
        for (int attempt = 0; !missing.isEmpty(); attempt++) {
            KeysAndAttributes request = KeysAndAttributes.builder()
                    .keys(missing)
                    .consistentRead(true)
                    .projectionExpression("#pk, #sk, #hash")
                    .expressionAttributeNames(Map.of("#pk", PK, "#sk", SK, "#hash", AuditTable.HASH))
                    .build();
            var response = IncidentTable.call(
                    "read entries of the audit log",
                    () -> table.client().batchGetItem(batch -> batch.requestItems(Map.of(table.name(), request))));
            response.responses()
                    .getOrDefault(table.name(), List.of())
                    .forEach(item -> found.put(
                            Map.of(PK, text(text(item, PK)), SK, text(text(item, SK))), string(item, AuditTable.HASH)));
            KeysAndAttributes unprocessed = response.unprocessedKeys().get(table.name());
            missing = unprocessed == null ? List.of() : unprocessed.keys();
            if (!missing.isEmpty()) {
                IncidentTable.backOff("read entries of the audit log", attempt, null);
            }
        }
        return positions.stream()
                .map(position -> Optional.ofNullable(found.get(key(position))))
                .toList();
    }

    private static Map<String, AttributeValue> key(ChainHead position) {
        return AuditTable.entryKey(position.chain(), position.head().number());
    }

    private static ChainHead position(Map<String, AttributeValue> item) {
        return new ChainHead(
                AuditTable.chain(text(item, PK)),
                new AuditHead(parsed(item.get(AuditTable.NUMBER)), string(item, AuditTable.HEAD)));
    }

    private static AuditRecord record(Map<String, AttributeValue> item) {
        String sk = string(item, SK);
        return new AuditRecord(
                AuditTable.chain(text(item, PK)),
                ENTRY_KEY.matcher(sk).matches() ? Long.parseLong(sk) : 0,
                string(item, AuditTable.PREVIOUS),
                string(item, AuditTable.LINE),
                string(item, AuditTable.HASH));
    }

    /** Returns an empty text if the attribute is missing or has another type, which only a changed item has. */
    private static String string(Map<String, AttributeValue> item, String attribute) {
        AttributeValue value = item.get(attribute);
        return value == null || value.s() == null ? "" : value.s();
    }

    private static long parsed(@Nullable AttributeValue number) {
        try {
            return number == null || number.n() == null ? 0 : Long.parseLong(number.n());
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
