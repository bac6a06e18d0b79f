package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What people have ordered about an incident's plan, in order. They only ever add; whoever has the turn follows them. */
final class OperatorCommands {
    static final String PREFIX = "orders/";

    /** Nobody presses a button more often than that about one incident. */
    static final int MAX_ORDERS = 100;

    private static final int TRIES = 50;

    private final StateStore store;
    private final InstantSource clock;

    OperatorCommands(StateStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * One order.
     *
     * @param planId the plan that is approved; null for an order to release
     * @param by who has ordered it
     * @param at milliseconds since the epoch
     */
    record Order(@Nullable String planId, String by, long at) {}

    private record Given(List<Order> orders) {}

    List<Order> about(String incidentId) {
        return given(store.read(PREFIX + incidentId));
    }

    private static List<Order> given(Optional<Versioned> present) {
        return present.map(versioned ->
                        StateJson.read(versioned.document(), Given.class).orders())
                .orElse(List.of());
    }

    /**
     * Adds an order.
     *
     * @return whether it is added; if not, there are too many
     */
    boolean add(String incidentId, Order order) {
        for (int tries = 0; tries < TRIES; tries++) {
            Optional<Versioned> present = store.read(PREFIX + incidentId);
            List<Order> orders = new ArrayList<>(given(present));
            if (orders.size() >= MAX_ORDERS) {
                return false;
            }
            orders.add(order);
            if (write(incidentId, present, orders, true)) {
                return true;
            }
        }
        return false;
    }

    /** Notes that all orders up to this number are followed, so that nobody has to look for them. */
    void followed(String incidentId, int number) {
        Optional<Versioned> present = store.read(PREFIX + incidentId);
        List<Order> orders = given(present);
        if (!orders.isEmpty() && orders.size() == number) {
            // Should somebody add one meanwhile, this is not written, and the order is found when it is due.
            write(incidentId, present, orders, false);
        }
    }

    private boolean write(String incidentId, Optional<Versioned> present, List<Order> orders, boolean due) {
        return store.write(
                PREFIX + incidentId,
                present.map(Versioned::version).orElse(0L),
                StateJson.write(new Given(orders)),
                due ? clock.instant() : null);
    }
}
