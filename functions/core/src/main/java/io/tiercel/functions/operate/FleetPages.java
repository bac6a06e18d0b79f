package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.fleet.Fleet;
import io.tiercel.functions.fleet.FleetNode;
import io.tiercel.functions.fleet.NodeLimitations;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The nodes of the {@link Fleet}, at most {@link Fleet#MAX_LISTED}. */
public final class FleetPages implements NodePages {
    private static final Comparator<FleetNode> BY_NAME =
            Comparator.comparing(FleetPages::key).thenComparing(FleetNode::lastSeen);

    private final Fleet fleet;
    private final InstantSource clock;

    public FleetPages(Fleet fleet, InstantSource clock) {
        this.fleet = fleet;
        this.clock = clock;
    }

    @Override
    public Page page(@Nullable String state, @Nullable String cursor, int limit) {
        Instant now = clock.instant();
        List<FleetNode> nodes = fleet.list().stream()
                .filter(node -> state == null || label(node, now).equals(state))
                .filter(node -> cursor == null || key(node).compareTo(cursor) > 0)
                .sorted(BY_NAME)
                .limit(limit + 1L)
                .toList();
        boolean more = nodes.size() > limit;
        List<FleetNode> page = more ? nodes.subList(0, limit) : nodes;
        return new Page(page.stream().map(node -> view(node, now)).toList(), more ? key(page.getLast()) : null);
    }

    @Override
    public Totals totals() {
        Instant now = clock.instant();
        List<FleetNode> nodes = fleet.list();
        return new Totals(
                nodes.size(),
                nodes.stream()
                        .filter(node -> node.state(now) == FleetNode.State.SILENT)
                        .count());
    }

    /** Returns a key that no other node has: verified senders may claim equal names, and so may others. */
    private static String key(FleetNode node) {
        return node.name() + "\n" + node.sender().scope();
    }

    private static String label(FleetNode node, Instant now) {
        return node.state(now).name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode view(FleetNode node, Instant now) {
        Instant startedAt = node.startedAt();
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        view.put("node", node.name());
        view.put("state", label(node, now));
        view.put("version", node.version());
        view.put("kernel", node.kernel());
        view.put("lastSeen", node.lastSeen().toString());
        view.put("startedAt", startedAt == null ? null : startedAt.toString());
        view.put("verified", node.sender().verified());
        view.put("rules", node.rules());
        view.put("eventsPerSecond", node.eventsPerSecond());
        view.put("filteredPerSecond", node.filteredPerSecond());
        view.put("lostEvents", node.lostEvents());
        view.put("alerts", node.alerts());
        view.put("ruleErrors", node.ruleErrors());
        view.put("captureMode", node.captureMode());
        ArrayNode limitations = view.putArray("limitations");
        for (String code : node.limitations()) {
            limitations.addObject().put("code", code).put("description", NodeLimitations.describe(code));
        }
        return view;
    }
}
