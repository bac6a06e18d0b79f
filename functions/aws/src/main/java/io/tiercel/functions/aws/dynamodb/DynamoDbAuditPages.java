package io.tiercel.functions.aws.dynamodb;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.aws.dynamodb.DynamoDbAuditSource.TimedEntry;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.operate.AuditPages;
import io.tiercel.functions.operate.IncidentPages.InvalidCursor;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lists the audit log in DynamoDB, the newest entry first. The chain of an incident is one query. Without an incident, a page merges the
 * partitions of the index {@code by-time}, one year after the other. It makes at most {@value #MAX_ROUNDS} times {@value
 * AuditTime#SHARDS} queries and ends early otherwise, with a cursor.
 */
public final class DynamoDbAuditPages implements AuditPages {
    static final int MAX_ROUNDS = 8;

    /** Entries that one query reads if a filter may drop them. */
    private static final int FILTERED_CHUNK = 100;

    /** Greater than the time of each entry, because digits are smaller. */
    private static final String END = "~";

    /** The number of the entry before which a list of one chain continues, and the chain. */
    private static final Pattern CURSOR =
            Pattern.compile("(?<number>[1-9][0-9]{0,17}) (?<chain>[0-9A-Za-z_.:~-]{0,128})");

    /** The year, and the time before which a list of all chains continues. */
    private static final Pattern TIME_CURSOR =
            Pattern.compile("(?<year>2[0-9]{3}) (?<before>[0-9A-Za-z_.:~#-]{1,170})");

    private final DynamoDbAuditSource source;
    private final InstantSource clock;

    public DynamoDbAuditPages(AuditTable table, InstantSource clock) {
        this.source = new DynamoDbAuditSource(table);
        this.clock = clock;
    }

    @Override
    public Page page(@Nullable String incidentId, @Nullable String by, @Nullable String cursor, int limit) {
        return incidentId == null
                ? all(by, cursor, limit)
                : chain(AuditChain.idOfIncident(incidentId), by, cursor, limit);
    }

    private Page chain(String chain, @Nullable String by, @Nullable String cursor, int limit) {
        long before = Long.MAX_VALUE;
        if (cursor != null) {
            Matcher matcher = CURSOR.matcher(cursor);
            if (!matcher.matches() || !matcher.group("chain").equals(chain)) {
                throw new InvalidCursor();
            }
            before = Long.parseLong(matcher.group("number"));
        }
        int chunk = by == null ? limit : FILTERED_CHUNK;
        List<AuditRecord> newest = source.before(chain, before, chunk);
        List<AuditRecord> records = new ArrayList<>();
        for (AuditRecord record : newest) {
            if (records.size() == limit) {
                return new Page(List.copyOf(records), before + " " + chain);
            }
            before = record.number();
            if (isBy(by, record)) {
                records.add(record);
            }
        }
        return new Page(List.copyOf(records), newest.size() < chunk ? null : before + " " + chain);
    }

    private Page all(@Nullable String by, @Nullable String cursor, int limit) {
        // The clock of a writer can be ahead.
        int year = clock.instant()
                .plus(Duration.ofDays(1))
                .atOffset(ZoneOffset.UTC)
                .getYear();
        String before = END;
        if (cursor != null) {
            Matcher matcher = TIME_CURSOR.matcher(cursor);
            if (!matcher.matches()) {
                throw new InvalidCursor();
            }
            year = Math.min(year, Integer.parseInt(matcher.group("year")));
            before = matcher.group("before");
        }
        int chunk = by == null ? limit : FILTERED_CHUNK;
        List<AuditRecord> records = new ArrayList<>();
        for (int round = 0; round < MAX_ROUNDS && year >= AuditTime.FIRST_YEAR; round++) {
            Round read = read(year, before, chunk);
            for (TimedEntry entry : read.entries()) {
                if (records.size() == limit) {
                    return new Page(List.copyOf(records), year + " " + before);
                }
                before = entry.time();
                if (isBy(by, entry.record())) {
                    records.add(entry.record());
                }
            }
            if (read.last()) {
                year--;
            }
        }
        return new Page(List.copyOf(records), year < AuditTime.FIRST_YEAR ? null : year + " " + before);
    }

    /**
     * Some entries of a year.
     *
     * @param entries the entries, the newest first
     * @param last whether the year has no others
     */
    private record Round(List<TimedEntry> entries, boolean last) {}

    private Round read(int year, String before, int chunk) {
        List<TimedEntry> entries = new ArrayList<>();
        String horizon = "";
        for (String period : AuditTime.periods(year)) {
            List<TimedEntry> newest = source.newest(period, before, chunk);
            entries.addAll(newest);
            if (newest.size() == chunk) {
                // Others of this partition follow, which can be newer than entries of other partitions.
                String last = newest.getLast().time();
                horizon = last.compareTo(horizon) > 0 ? last : horizon;
            }
        }
        String from = horizon;
        List<TimedEntry> sorted = entries.stream()
                .filter(entry -> AuditTime.isTime(entry.time()) && entry.time().compareTo(from) >= 0)
                .sorted(Comparator.comparing(TimedEntry::time).reversed())
                .toList();
        return new Round(sorted, horizon.isEmpty());
    }

    private static boolean isBy(@Nullable String actor, AuditRecord record) {
        return actor == null || actor.equals(actor(record));
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
