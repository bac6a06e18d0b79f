package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.intake.FutureTimes;
import io.tiercel.functions.privacy.Retention;
import io.tiercel.rules.text.Sha256;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * The ids of the counted alerts of one rule whose events happened within {@link #SPAN}. Each transaction that counts such alerts appends
 * one item with the next number, if there is none. It therefore fails if another transaction appended since this one read the log.
 *
 * <p>Rule and time belong to the alert itself, so that every delivery finds the log, in whatever batch, and with whatever fingerprint.
 * Alerts of a burst have similar times, so that a batch needs few items. A full log takes no more ids; the alerts then have a marker
 * each.
 *
 * <p>Remembers what it has read, because an item never changes. Used by one thread at a time, under the lock of its rule.
 */
final class AlertIdLog {
    /** The time that one log covers, by the clocks of the senders. */
    static final Duration SPAN = Duration.ofSeconds(10);

    /**
     * When a log is full. Then the alerts have a marker each.
     *
     * @param ids number of ids
     * @param items number of items
     */
    record Limits(int ids, int items) {
        /** The ids have 900 KiB, which is one page of a query. */
        static final Limits DEFAULT = new Limits(65_536, 1_024);
    }

    private static final int HASH_BYTES = 12;
    private static final int ID_BYTES = HASH_BYTES + Short.BYTES;
    private static final int RULE_BYTES = 12;
    private static final String SEPARATOR = " ";

    private static final String IDS = "ids";
    private static final String INCIDENTS = "incidents";
    private static final String TOTAL = "total";

    private final String key;
    private final Limits limits;
    private final long createdMillis;
    private final Map<Hash, String> incidents = new HashMap<>();
    private int last;
    private int total;
    private volatile int size;

    AlertIdLog(String key, Limits limits, long createdMillis) {
        this.key = key;
        this.limits = limits;
        this.createdMillis = createdMillis;
    }

    /** 96 bits of the SHA-256 of an id. Nobody can find an id that collides with that of a verified sender, which contains its scope. */
    private record Hash(long high, int low) {
        static Hash of(String alertId) {
            return read(ByteBuffer.wrap(
                    HexFormat.of().parseHex(new Sha256().update(alertId).hexPrefix(HASH_BYTES))));
        }

        static Hash read(ByteBuffer bytes) {
            return new Hash(bytes.getLong(), bytes.getInt());
        }
    }

    /** Returns the key of the log to which an alert belongs. */
    static String keyOf(IncidentAlert alert) {
        return new Sha256().update(alert.alert().rule()).hexPrefix(RULE_BYTES)
                + "#"
                + Math.floorDiv(FutureTimes.reportedNanos(alert.alert()), SPAN.toNanos());
    }

    private static String pk(String key) {
        return "counted#" + key;
    }

    /** Time when this object was created, milliseconds since the epoch. */
    long createdMillis() {
        return createdMillis;
    }

    /** Number of ids that this object remembers. Any thread may call this. */
    int size() {
        return size;
    }

    /** Reads what was appended since the last call, with strong consistency. */
    void refresh(IncidentTable table) {
        if (isFull()) {
            return;
        }
        QueryRequest appended = QueryRequest.builder()
                .tableName(table.name())
                .consistentRead(true)
                .keyConditionExpression("pk = :pk AND sk > :last")
                .expressionAttributeValues(Map.of(":pk", text(pk(key)), ":last", text(sk(last))))
                .build();
        List<Map<String, AttributeValue>> items = IncidentTable.call(
                "read the ids of counted alerts",
                () -> table.client().queryPaginator(appended).items().stream().toList());
        items.forEach(this::add);
    }

    private void add(Map<String, AttributeValue> item) {
        String[] names = text(item, INCIDENTS).split(SEPARATOR, -1);
        ByteBuffer ids = IncidentTable.present(item, IDS).b().asByteBuffer();
        while (ids.remaining() >= ID_BYTES) {
            Hash hash = Hash.read(ids);
            incidents.put(hash, names[Short.toUnsignedInt(ids.getShort())]);
        }
        last = Integer.parseInt(text(item, IncidentTable.SK));
        total = (int) number(item, TOTAL);
        size = incidents.size();
    }

    private static String sk(int number) {
        return "%08d".formatted(number);
    }

    /** Returns whether the log takes no more ids. */
    boolean isFull() {
        return total >= limits.ids() || last >= limits.items();
    }

    /** Returns the incident in which an alert was counted, or null if the log does not contain its id. */
    @Nullable
    String incidentOf(String alertId) {
        return incidents.get(Hash.of(alertId));
    }

    /**
     * Ids that are appended together.
     *
     * @param log the log
     * @param ids the incident of each alert, by the id of the alert
     */
    record Append(AlertIdLog log, Map<String, String> ids) {
        /** Returns the write of the next item, on the condition that it does not exist. */
        TransactWriteItem write(IncidentTable table) {
            Map<String, AttributeValue> item = log.item(ids);
            item.put(IncidentTable.EXPIRES, table.expiresIn(Retention.ALERT_IDS));
            return TransactWriteItem.builder()
                    .put(put -> put.tableName(table.name()).item(item).conditionExpression("attribute_not_exists(pk)"))
                    .build();
        }

        /** Remembers that the write has succeeded. */
        void written() {
            log.add(log.item(ids));
        }
    }

    private Map<String, AttributeValue> item(Map<String, String> ids) {
        List<String> names = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.allocate(ids.size() * ID_BYTES);
        ids.forEach((alertId, incident) -> {
            int index = names.indexOf(incident);
            if (index < 0) {
                index = names.size();
                names.add(incident);
            }
            Hash hash = Hash.of(alertId);
            bytes.putLong(hash.high()).putInt(hash.low()).putShort((short) index);
        });
        Map<String, AttributeValue> item = new HashMap<>();
        item.put(IncidentTable.PK, text(pk(key)));
        item.put(IncidentTable.SK, text(sk(last + 1)));
        item.put(IDS, AttributeValue.fromB(SdkBytes.fromByteArray(bytes.array())));
        item.put(INCIDENTS, text(String.join(SEPARATOR, names)));
        item.put(TOTAL, number(total + ids.size()));
        return item;
    }
}
