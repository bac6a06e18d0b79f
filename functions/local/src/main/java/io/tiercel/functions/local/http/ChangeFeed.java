package io.tiercel.functions.local.http;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The incidents that changed since the last {@link #drain}, each once. Any thread may add. At the limit, only the fact that more changed
 * is kept.
 */
public final class ChangeFeed implements Consumer<String> {
    /** Maximum number of incidents between two drains. */
    static final int MAX_INCIDENTS = 500;

    private final Set<String> changed = new LinkedHashSet<>();
    private boolean more;

    /**
     * What changed.
     *
     * @param incidents ids of incidents
     * @param more whether further incidents changed
     */
    record Changes(List<String> incidents, boolean more) {
        boolean none() {
            return incidents.isEmpty() && !more;
        }
    }

    @Override
    public synchronized void accept(String incidentId) {
        if (changed.size() < MAX_INCIDENTS) {
            changed.add(incidentId);
        } else if (!changed.contains(incidentId)) {
            more = true;
        }
    }

    synchronized Changes drain() {
        Changes changes = new Changes(List.copyOf(changed), more);
        changed.clear();
        more = false;
        return changes;
    }
}
