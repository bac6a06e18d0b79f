package io.tiercel.functions.aws.dynamodb;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The place of an audit entry among the entries of all chains, by time.
 *
 * @param year the year in UTC
 * @param shard the shard of its chain, 0 to 15. Shards divide the writes of one year between partitions of the index
 * @param time milliseconds since the epoch, chain and number: different for each entry, and in the order of time
 */
record AuditTime(int year, int shard, String time) {
    /** Entries are not older. */
    static final int FIRST_YEAR = 2025;

    static final int SHARDS = 16;

    private static final Pattern TIME = Pattern.compile("[0-9]{15}#[0-9A-Za-z_.:~-]{0,128}#[0-9]{19}");

    /**
     * Returns the place of an entry.
     *
     * @throws IllegalArgumentException if its line has no time, which only a changed line has
     */
    static AuditTime of(AuditRecord record) {
        Instant at;
        try {
            at = Instant.parse(Json.MAPPER.readTree(record.line()).path("time").asText());
        } catch (JsonProcessingException | DateTimeException e) {
            throw new IllegalArgumentException("the audit entry has no time", e);
        }
        return of(at, record.chain(), AuditTable.sk(record.number()));
    }

    private static AuditTime of(Instant at, String chain, String number) {
        return new AuditTime(
                at.atOffset(ZoneOffset.UTC).getYear(),
                AuditChain.bucketOf(chain) % SHARDS,
                "%015d#%s#%s".formatted(Math.max(at.toEpochMilli(), 0), chain, number));
    }

    /** Returns whether a text has the form of {@link #time}. */
    static boolean isTime(String text) {
        return TIME.matcher(text).matches();
    }

    /** Returns the partition of the index. */
    String period() {
        return period(year, shard);
    }

    private static String period(int year, int shard) {
        return year + "/" + Integer.toHexString(shard);
    }

    /** Returns the partitions of a year. */
    static List<String> periods(int year) {
        return IntStream.range(0, SHARDS).mapToObj(shard -> period(year, shard)).toList();
    }
}
