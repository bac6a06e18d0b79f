package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.operate.IncidentFilter.States;
import io.tiercel.functions.operate.IncidentPages.Entry;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.rules.alert.Priority;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operations {@code list-incidents} and {@code show-incident}. */
final class IncidentReads {
    /** Maximum number of pages of the store that one answer reads, because a page can be empty. */
    private static final int MAX_PAGES = 10;

    private final OperatorStores stores;
    private final IncidentFinder finder;
    private final IncidentDetail detail;
    private final InstantSource clock;

    IncidentReads(OperatorStores stores, IncidentFinder finder, IncidentDetail detail, InstantSource clock) {
        this.stores = stores;
        this.finder = finder;
        this.detail = detail;
        this.clock = clock;
    }

    ObjectNode list(Arguments arguments) {
        IncidentFilter filter = new IncidentFilter(
                States.valueOf(arguments.required("state").toUpperCase(Locale.ROOT)),
                arguments.text("rule").orElse(null),
                arguments.text("priority").flatMap(Priority::parse).orElse(null),
                arguments.text("host").orElse(null),
                arguments.text("namespace").orElse(null),
                arguments.instant("since").orElse(null),
                arguments.instant("until").orElse(null),
                arguments.text("text").orElse(null),
                arguments.bool("acknowledged").orElse(null));
        IncidentSort sort = sort(arguments.required("sort"));
        int limit = arguments.number("limit");
        String cursor = arguments.text("cursor").orElse(null);
        List<Entry> entries = new ArrayList<>();
        Long total = null;
        for (int page = 0; page < MAX_PAGES && entries.size() < limit; page++) {
            IncidentPages.Page next = stores.incidents().page(filter, sort, cursor, limit - entries.size());
            entries.addAll(next.entries());
            total = page == 0 ? next.total() : total;
            cursor = next.next();
            if (cursor == null) {
                break;
            }
        }
        return page(entries, cursor, total);
    }

    private IncidentSort sort(String label) {
        return stores.incidents().sorts().stream()
                .filter(sort -> sort.label().equals(label))
                .findFirst()
                .orElseThrow(() -> Problem.arguments(List.of(new Problem.ArgumentError(
                        "sort",
                        "sort must be one of "
                                + String.join(
                                        ", ",
                                        stores.incidents().sorts().stream()
                                                .map(IncidentSort::label)
                                                .sorted()
                                                .toList())
                                + " in this deployment"))));
    }

    private ObjectNode page(List<Entry> entries, @Nullable String cursor, @Nullable Long total) {
        Map<String, ResponsePlan> plans = stores.plans()
                .plans(entries.stream().map(entry -> entry.incident().id()).toList());
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode items = answer.putArray("items");
        for (Entry entry : entries) {
            ResponsePlan plan = plans.get(entry.incident().id());
            items.add(finder.summary(entry, plan, finder.silenced(entry, plan)));
        }
        answer.put("next", cursor);
        answer.put("total", total);
        return answer;
    }

    ObjectNode show(Arguments arguments) {
        return detail.of(finder.find(arguments.required("id")), clock.instant());
    }
}
