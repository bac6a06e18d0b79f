package io.tiercel.bench.live;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Events between two pages of metrics.
 *
 * @param seen evaluated events; empty if the sensor does not report them, as the other numbers
 * @param lost lost events
 * @param filtered events dropped by the prefilter
 */
record EventCounts(OptionalLong seen, OptionalLong lost, OptionalLong filtered) {
    /** Returns the differences; empty ones if a page is missing. */
    static EventCounts between(@Nullable MetricsPage before, @Nullable MetricsPage after) {
        if (before == null || after == null) {
            return new EventCounts(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
        }
        OptionalLong initial = before.eventsFiltered();
        OptionalLong last = after.eventsFiltered();
        return new EventCounts(
                difference("tiercel_events_total", before, after),
                difference("tiercel_events_lost_total", before, after),
                last.isEmpty() ? last : OptionalLong.of(last.getAsLong() - initial.orElse(0)));
    }

    private static OptionalLong difference(String name, MetricsPage before, MetricsPage after) {
        return OptionalLong.of(after.sum(name) - before.sum(name));
    }
}
