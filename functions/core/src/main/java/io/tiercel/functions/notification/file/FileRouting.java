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

/** The routes of a file, over the first alert of an incident, what is known about it, and the incident. */
final class FileRouting implements Routing {
    private final List<Route> routes;
    private final Set<String> always;

    /**
     * Routes.
     *
     * @param routes in order
     * @param always channels that are told of everything, whatever the routes say
     */
    FileRouting(List<Route> routes, Set<String> always) {
        this.routes = routes;
        this.always = Set.copyOf(always);
    }

    @Override
    public boolean routes(Incident incident, String channel) {
        if (always.contains(channel)) {
            return true;
        }
        Alert alert = alert(incident);
        Map<String, Object> facts = new HashMap<>(EnrichedFields.of(incident.enrichment()));
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

    private static Alert alert(Incident incident) {
        try {
            if (!incident.sample().isEmpty()) {
                return AlertJson.read(incident.sample().getFirst());
            }
        } catch (InvalidAlertException e) {
            // A sample that was cut beyond recognition: what the incident knows has to do.
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
