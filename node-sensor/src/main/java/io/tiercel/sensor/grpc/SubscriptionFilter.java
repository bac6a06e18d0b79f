package io.tiercel.sensor.grpc;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.filter.AlertFilter;
import org.jspecify.annotations.Nullable;

/**
 * Which alerts a subscriber asks for.
 *
 * @param filter condition that holds for them; null for no condition
 * @param threshold their least urgent priority
 */
record SubscriptionFilter(@Nullable AlertFilter filter, Priority threshold) {
    static final SubscriptionFilter ALL = new SubscriptionFilter(null, Priority.DEBUG);

    boolean all() {
        return filter == null && threshold == Priority.DEBUG;
    }

    boolean matches(Alert alert) {
        return alert.priority().atLeast(threshold) && (filter == null || filter.matches(alert));
    }
}
