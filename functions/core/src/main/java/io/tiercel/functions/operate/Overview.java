package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.operate.IncidentPages.Counts;
import io.tiercel.functions.operate.IncidentPages.RuleCount;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The operations {@code statistics}, {@code list-rules} and {@code list-nodes}. */
final class Overview {
    /** Rules in the statistics. */
    private static final int TOP_RULES = 10;

    private static final int MAX_RULES = 500;

    /** Rules for which an exception is suggested. Each one needs the samples of some incidents. */
    private static final int MAX_SUGGESTIONS = 20;

    /** Open incidents whose plans are read for the statistics. */
    private static final int MAX_PLANS = 1_000;

    /** How long statistics are reused, because they read all open incidents. */
    private static final Duration MAX_AGE = Duration.ofSeconds(3);

    private final OperatorStores stores;
    private final InstantSource clock;
    private final SuggestedExceptions suggestions;
    private volatile @Nullable Cached cached;

    Overview(OperatorStores stores, InstantSource clock) {
        this.stores = stores;
        this.clock = clock;
        this.suggestions = new SuggestedExceptions(stores.incidents());
    }

    private record Cached(ObjectNode statistics, Instant at) {}

    ObjectNode statistics() {
        Instant now = clock.instant();
        Cached current = cached;
        if (current == null
                || now.isBefore(current.at())
                || !now.isBefore(current.at().plus(MAX_AGE))) {
            current = new Cached(count(now), now);
            cached = current;
        }
        return current.statistics().deepCopy();
    }

    private ObjectNode count(Instant now) {
        Counts counts = stores.incidents().counts(now.truncatedTo(ChronoUnit.DAYS));
        NodePages.Totals nodes = stores.nodes().totals();
        ObjectNode answer = JsonNodeFactory.instance
                .objectNode()
                .put("open", counts.open())
                .put("escalated", counts.escalated())
                .put("closedToday", counts.closedSince())
                .put("unacknowledged", counts.unacknowledged())
                .put("waitingForApproval", waitingForApproval())
                .put("alerts", counts.alerts());
        answer.putObject("nodes").put("total", nodes.total()).put("silent", nodes.silent());
        ObjectNode byPriority = answer.putObject("byPriority");
        for (Priority priority : Priority.values()) {
            Long number = counts.byPriority().get(priority);
            if (number != null) {
                byPriority.put(priority.label().toLowerCase(Locale.ROOT), number);
            }
        }
        ArrayNode top = answer.putArray("topRules");
        stores.incidents()
                .rules(null, TOP_RULES)
                .forEach(rule -> top.addObject().put("rule", rule.rule()).put("count", rule.alerts()));
        return answer;
    }

    private long waitingForApproval() {
        long waiting = 0;
        int read = 0;
        String cursor = null;
        do {
            IncidentPages.Page page = stores.incidents()
                    .page(IncidentFilter.ACTIVE, IncidentSort.LAST_SEEN, cursor, IncidentPages.MAX_LIMIT);
            List<String> ids =
                    page.entries().stream().map(entry -> entry.incident().id()).toList();
            waiting += stores.plans().plans(ids).values().stream()
                    .filter(ResponsePlan::approvable)
                    .count();
            read += IncidentPages.MAX_LIMIT;
            cursor = page.next();
        } while (cursor != null && read < MAX_PLANS);
        return waiting;
    }

    ObjectNode rules(Arguments arguments) {
        List<RuleCount> rules =
                stores.incidents().rules(arguments.instant("since").orElse(null), MAX_RULES);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode items = answer.putArray("items");
        int number = 0;
        for (RuleCount rule : rules) {
            items.addObject()
                    .put("rule", rule.rule())
                    .put("priority", rule.priority().label())
                    .put("incidents", rule.incidents())
                    .put("alerts", rule.alerts())
                    .put("lastSeen", IncidentView.time(rule.lastSeenNanos()))
                    .put("suggestedException", number++ < MAX_SUGGESTIONS ? suggestions.suggest(rule) : null);
        }
        return answer;
    }

    ObjectNode nodes(Arguments arguments) {
        NodePages.Page page = stores.nodes()
                .page(
                        arguments.text("state").orElse(null),
                        arguments.text("cursor").orElse(null),
                        arguments.number("limit"));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        List<ObjectNode> nodes = new ArrayList<>(page.nodes());
        answer.putArray("items").addAll(nodes);
        answer.put("next", page.next());
        return answer;
    }
}
