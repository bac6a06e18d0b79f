package io.tiercel.functions.operate;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.MinuteCounts;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lists of incidents for operators. A store finds the incidents of a page with its indexes and never loads all of them. All methods
 * throw {@link io.tiercel.functions.incident.StoreUnavailable} if the store fails. Any thread may call them.
 */
public interface IncidentPages {
    /** Maximum number of incidents on a page. */
    int MAX_LIMIT = 200;

    /**
     * An incident in a list.
     *
     * @param incident the incident; without its sample in pages
     * @param acknowledgement the acknowledgement of its current episode; null if there is none
     * @param assignment the person that works on it; null if there is none
     * @param activity its alerts per minute
     */
    record Entry(
            Incident incident,
            @Nullable Acknowledgement acknowledgement,
            IncidentNotes.@Nullable Assignment assignment,
            MinuteCounts activity) {}

    /**
     * A page.
     *
     * @param entries the incidents; can be fewer than the limit, or none, although others follow
     * @param next the cursor of the next page; null if this is the last one
     * @param total number of incidents that match; null if the store does not count them, or for a page with a cursor
     */
    record Page(
            List<Entry> entries,
            @Nullable String next,
            @Nullable Long total) {}

    /**
     * A cursor that this store has not created. The message says so, without the cursor.
     */
    final class InvalidCursor extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public InvalidCursor() {
            super("the cursor is not valid; use \"next\" of an answer with the same arguments");
        }
    }

    /** Returns the orders that the store supports. Contains {@link IncidentSort#LAST_SEEN}. */
    default Set<IncidentSort> sorts() {
        return Set.of(IncidentSort.values());
    }

    /**
     * Returns a page. Pages from the first to the last contain each incident that does not change exactly once, also while other
     * incidents are added. An incident that moves in the order in the meantime can be missing or be there twice.
     *
     * @param sort one of {@link #sorts}
     * @param cursor {@link Page#next} of the page before, with the same filter and order; null for the first page
     * @param limit maximum number of incidents, 1 to {@link #MAX_LIMIT}
     * @throws InvalidCursor if the cursor has another form
     */
    Page page(IncidentFilter filter, IncidentSort sort, @Nullable String cursor, int limit);

    /** Returns an incident with its sample. */
    Optional<Entry> find(String incidentId);

    /**
     * Returns ids that begin with a text, in order.
     *
     * @param prefix at least 6 hexadecimal digits in lower case
     * @param limit maximum number of ids
     */
    List<String> idsWithPrefix(String prefix, int limit);

    /**
     * Counts of incidents.
     *
     * @param open open incidents that have reached no threshold
     * @param escalated open incidents that have reached a threshold
     * @param closedSince incidents that closed since a time, and are closed
     * @param unacknowledged open or escalated incidents whose current episode is not acknowledged
     * @param alerts alerts that all stored incidents count
     * @param byPriority open and escalated incidents by priority, without zeros
     */
    record Counts(
            long open,
            long escalated,
            long closedSince,
            long unacknowledged,
            long alerts,
            Map<Priority, Long> byPriority) {}

    /** Counts incidents. A store that cannot count all with bounded work counts up to a stated number. */
    Counts counts(Instant closedSince);

    /**
     * The incidents of a rule.
     *
     * @param priority the most urgent priority of its incidents
     * @param incidents number of incidents
     * @param alerts number of alerts that these count
     * @param lastSeenNanos latest event, nanoseconds since the epoch
     */
    record RuleCount(String rule, Priority priority, long incidents, long alerts, long lastSeenNanos) {}

    /**
     * Counts incidents by rule, the rule with most alerts first.
     *
     * @param since only incidents with an event at this time or later; null for all
     * @param limit maximum number of rules
     */
    List<RuleCount> rules(@Nullable Instant since, int limit);
}
