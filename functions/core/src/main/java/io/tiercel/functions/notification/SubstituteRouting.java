package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.UrgencyClass;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Routes urgent incidents to another channel while all channels that should receive them lose messages: to the first one that works.
 *
 * @param routes the configured routes
 * @param substitutes the channels that may take over, in the order of preference
 * @param metrics knows which channels lose messages
 */
record SubstituteRouting(Routing routes, List<String> substitutes, NotificationMetrics metrics) implements Routing {
    @Override
    public boolean routes(Incident incident, String channel) {
        return routes.routes(incident, channel) || isSubstitute(incident, channel);
    }

    private boolean isSubstitute(Incident incident, String channel) {
        if (incident.priority().compareTo(UrgencyClass.LOWEST_URGENT) > 0) {
            return false;
        }
        Map<String, NotificationMetrics.Problem> problems = metrics.problems();
        if (problems.isEmpty()) {
            return false;
        }
        List<String> routed = substitutes.stream()
                .filter(name -> routes.routes(incident, name))
                .toList();
        Optional<String> first =
                substitutes.stream().filter(name -> !problems.containsKey(name)).findFirst();
        return !routed.isEmpty()
                && problems.keySet().containsAll(routed)
                && first.isPresent()
                && first.get().equals(channel);
    }
}
