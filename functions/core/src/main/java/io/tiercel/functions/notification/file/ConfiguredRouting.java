package io.tiercel.functions.notification.file;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.IncidentFacts;
import io.tiercel.functions.notification.Routing;
import java.util.List;
import java.util.Set;

/**
 * Evaluates the routes of a notification file over an incident, its first alert and its enrichment. A folded incident goes to the
 * channels of all its samples, which have different causes.
 */
public final class ConfiguredRouting implements Routing {
    private final List<Route> routes;
    private final Set<String> unrouted;

    /**
     * Creates a routing.
     *
     * @param routes the routes in order
     * @param unrouted channels that receive every incident, regardless of the routes
     */
    public ConfiguredRouting(List<Route> routes, Set<String> unrouted) {
        this.routes = List.copyOf(routes);
        this.unrouted = Set.copyOf(unrouted);
    }

    @Override
    public boolean routes(Incident incident, String channel) {
        if (unrouted.contains(channel)) {
            return true;
        }
        return IncidentFacts.ofSamples(incident).stream().anyMatch(facts -> routes(facts, channel));
    }

    private boolean routes(IncidentFacts facts, String channel) {
        for (Route route : routes) {
            if (route.when() == null || facts.match(route.when())) {
                if (route.channels().contains(channel)) {
                    return true;
                }
                if (route.last()) {
                    return false;
                }
            }
        }
        return false;
    }
}
