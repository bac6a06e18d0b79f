package io.tiercel.functions.operate;

import io.tiercel.functions.audit.AuditRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of the audit log in pages, for people. Returns what is stored and trusts nothing of it. All methods throw {@link
 * io.tiercel.functions.incident.StoreUnavailable} if the store fails. Any thread may call them.
 */
@FunctionalInterface
public interface AuditPages {
    /**
     * A page.
     *
     * @param records the entries; can be fewer than the limit, or none, although others follow
     * @param next the cursor of the next page; null if this is the last one
     */
    record Page(List<AuditRecord> records, @Nullable String next) {}

    /**
     * Returns a page, the newest entry first.
     *
     * @param incidentId only entries of this incident; null for all
     * @param by only entries with exactly this actor; null for all
     * @param cursor {@link Page#next} of the page before; null for the first page
     * @param limit maximum number of entries, 1 or more
     * @throws IncidentPages.InvalidCursor if the cursor has another form
     */
    Page page(@Nullable String incidentId, @Nullable String by, @Nullable String cursor, int limit);
}
