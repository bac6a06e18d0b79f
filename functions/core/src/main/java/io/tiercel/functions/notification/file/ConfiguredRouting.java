package io.tiercel.functions.notification.file;

import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.functions.notification.Routing;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Evaluates the routes of a notification file over an incident, its first alert and its enrichment. */
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
        Alert alert = firstAlert(incident);
        Map<String, Object> facts = new HashMap<>(EnrichedFields.of(incident.enrichment()));
        facts.put("enrich.doubts", List.copyOf(incident.doubts()));
        facts.putAll(IncidentFields.of(incident).values());
        for (Route route : routes) {
            if (route.when() == null || route.when().matches(alert, facts)) {
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

    private static Alert firstAlert(Incident incident) {
        try {
            if (!incident.sample().isEmpty()) {
                return AlertJson.read(incident.sample().getFirst());
            }
        } catch (InvalidAlertException e) {
            // The sample was truncated so far that it is not readable. Build an alert from the incident instead.
        }
        Fingerprint cause = incident.fingerprint();
        return new Alert(
                null,
                incident.enrichment().host().node(),
                incident.firstSeenNanos(),
                incident.priority(),
                cause.rule(),
                "syscall",
                List.of(),
                "",
                Collections.unmodifiableSortedMap(new TreeMap<>()));
    }
}
