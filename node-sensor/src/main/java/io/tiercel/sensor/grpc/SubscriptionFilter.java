package io.tiercel.sensor.grpc;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.filter.AlertFilter;
import org.jspecify.annotations.Nullable;

/**
 * The alerts that a subscriber requests.
 *
 * @param filter condition on alerts; null for none
 * @param threshold minimum priority
 */
record SubscriptionFilter(@Nullable AlertFilter filter, Priority threshold) {
    static final SubscriptionFilter ALL = new SubscriptionFilter(null, Priority.DEBUG);

    boolean acceptsAll() {
        return filter == null && threshold == Priority.DEBUG;
    }

    boolean matches(Alert alert) {
        return alert.priority().atLeast(threshold) && (filter == null || filter.matches(alert));
    }
}
