package io.tiercel.functions.aws.dynamodb;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.ChainHead;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.operate.AuditPages;
import io.tiercel.functions.operate.IncidentPages.InvalidCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lists the audit log in DynamoDB. The chain of an incident is one query. Without an incident, a page takes one chain after the other in
 * the order of the index {@code by-bucket}: the table has no order of time over all chains. A page makes at most {@value #MAX_QUERIES}
 * queries and ends early otherwise.
 */
public final class DynamoDbAuditPages implements AuditPages {
    static final int MAX_QUERIES = 64;

    /** Entries that one query reads if a filter may drop them. */
    private static final int FILTERED_CHUNK = 100;

    /** The bucket, the number of the entry before which the page continues, and the chain. Number 0 continues behind the chain. */
    private static final Pattern CURSOR =
            Pattern.compile("(?<bucket>[0-9]{1,3}) (?<number>[0-9]{1,18}) (?<chain>[0-9A-Za-z_.:~-]{0,128})");

    private final DynamoDbAuditSource source;

    public DynamoDbAuditPages(AuditTable table) {
        this.source = new DynamoDbAuditSource(table);
    }

    /**
     * Where a page continues.
     *
     * @param number the entries before this one follow; 0 if the chain is finished
     * @param chain the chain; empty at the beginning of a bucket
     */
    private record Position(int bucket, long number, String chain) {
        static Position parse(String cursor) {
            Matcher matcher = CURSOR.matcher(cursor);
            if (!matcher.matches() || Integer.parseInt(matcher.group("bucket")) >= AuditChain.BUCKETS) {
                throw new InvalidCursor();
            }
            return new Position(
                    Integer.parseInt(matcher.group("bucket")),
                    Long.parseLong(matcher.group("number")),
                    matcher.group("chain"));
        }

        String cursor() {
            return bucket + " " + number + " " + chain;
        }
    }

    @Override
    public Page page(@Nullable String incidentId, @Nullable String by, @Nullable String cursor, int limit) {
        Position position = cursor == null ? null : Position.parse(cursor);
        if (incidentId == null) {
            return all(by, position == null ? new Position(0, 0, "") : position, limit);
        }
        String chain = AuditChain.idOfIncident(incidentId);
        if (position != null && (!position.chain().equals(chain) || position.number() == 0)) {
            throw new InvalidCursor();
        }
        List<AuditRecord> records = new ArrayList<>();
        long number = read(chain, by, position == null ? Long.MAX_VALUE : position.number(), limit, records);
        return new Page(
                List.copyOf(records),
                number == 0 ? null : new Position(AuditChain.bucketOf(chain), number, chain).cursor());
    }

    /**
     * Adds the entries of a chain before a number, the newest first, with one query.
     *
     * @return the number before which others follow; 0 if the chain has no others
     */
    private long read(String chain, @Nullable String by, long before, int limit, List<AuditRecord> records) {
        int chunk = by == null ? limit - records.size() : FILTERED_CHUNK;
        List<AuditRecord> newest = source.before(chain, before, chunk);
        long number = before;
        for (AuditRecord record : newest) {
            if (records.size() >= limit) {
                return number;
            }
            number = record.number();
            if (by == null || by.equals(actor(record))) {
                records.add(record);
            }
        }
        return newest.size() < chunk ? 0 : number;
    }

    private Page all(@Nullable String by, Position from, int limit) {
        List<AuditRecord> records = new ArrayList<>();
        Position position = from;
        for (int queries = 0; queries < MAX_QUERIES && records.size() < limit; queries++) {
            if (position.number() > 0) {
                long number = read(position.chain(), by, position.number(), limit, records);
                position = new Position(position.bucket(), number, position.chain());
                continue;
            }
            List<ChainHead> heads = source.heads(position.bucket(), position.chain(), 1);
            if (!heads.isEmpty()) {
                position = new Position(
                        position.bucket(), Long.MAX_VALUE / 10, heads.getFirst().chain());
            } else if (position.bucket() + 1 < AuditChain.BUCKETS) {
                position = new Position(position.bucket() + 1, 0, "");
            } else {
                return new Page(List.copyOf(records), null);
            }
        }
        return new Page(List.copyOf(records), position.cursor());
    }

    /** Returns the actor of an entry; null if its line is not valid, which only a changed one is. */
    private static @Nullable String actor(AuditRecord record) {
        try {
            return Json.MAPPER.readTree(record.line()).path("actor").textValue();
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
