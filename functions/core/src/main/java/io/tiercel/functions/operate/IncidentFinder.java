package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.PlanStatusProvider;
import io.tiercel.functions.notification.silence.Silence;
import io.tiercel.functions.operate.IncidentPages.Entry;
import io.tiercel.functions.respond.ResponsePlan;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds incidents by ids of operators, and what belongs to them. */
final class IncidentFinder {
    private static final int FULL_ID = 24;
    private static final int MAX_CANDIDATES = 5;

    private final OperatorStores stores;
    private final OperatorServices services;
    private final InstantSource clock;

    IncidentFinder(OperatorStores stores, OperatorServices services, InstantSource clock) {
        this.stores = stores;
        this.services = services;
        this.clock = clock;
    }

    /**
     * An incident with its response.
     *
     * @param entry the incident with its sample
     * @param plan the stored plan; null if there is none
     */
    record Found(Entry entry, @Nullable ResponsePlan plan) {
        Incident incident() {
            return entry.incident();
        }

        String version() {
            return IncidentView.version(incident(), plan);
        }
    }

    /**
     * Finds an incident.
     *
     * @param idOrPrefix its id, or a unique beginning
     * @throws Problem with status 404 or 409 if there is not exactly one
     */
    Found find(String idOrPrefix) {
        String id = idOrPrefix;
        if (idOrPrefix.length() < FULL_ID) {
            List<String> candidates = stores.incidents().idsWithPrefix(idOrPrefix, MAX_CANDIDATES);
            if (candidates.size() > 1) {
                throw Problem.of(
                                409,
                                Problem.AMBIGUOUS_ID,
                                "several incidents begin with " + idOrPrefix + "; use more digits of the id")
                        .with("candidates", candidates);
            }
            id = candidates.isEmpty() ? idOrPrefix : candidates.getFirst();
        }
        return stores.incidents()
                .find(id)
                .map(this::withPlan)
                .orElseThrow(() -> Problem.of(
                        404,
                        Problem.UNKNOWN_INCIDENT,
                        "no incident has the id " + idOrPrefix + "; list-incidents shows all incidents"));
    }

    private Found withPlan(Entry entry) {
        return new Found(entry, stores.plans().plan(entry.incident().id()).orElse(null));
    }

    /** Returns the summary of an incident with its sample. */
    ObjectNode summary(Found found) {
        return summary(
                found.entry(),
                found.plan(),
                silence(found.entry(), found.plan()).isPresent());
    }

    ObjectNode summary(Entry entry, @Nullable ResponsePlan plan, boolean silenced) {
        return IncidentView.summary(entry, plan, silenced, user(entry.incident()), clock.instant());
    }

    private static @Nullable String user(Incident incident) {
        return incident.sample().isEmpty()
                ? null
                : SampleFields.of(incident.sample().getFirst()).text("user.name");
    }

    /** Returns the silence that withholds messages about an incident with its sample. */
    Optional<Silence> silence(Entry entry, @Nullable ResponsePlan plan) {
        Incident incident = entry.incident();
        ResponsePlan shown = plan == null ? services.preview().preview(incident) : plan;
        NotificationState state = NotificationState.of(
                incident,
                new PlanStatusProvider(_ -> shown).statusOf(incident),
                Optional.ofNullable(entry.acknowledgement()));
        return services.activeSilences().find(incident, state, clock.instant());
    }

    /** Returns the silence of an incident in a list, whose sample is read only if a silence is active. */
    boolean silenced(Entry entry, @Nullable ResponsePlan plan) {
        return services.activeSilences().countActive() > 0
                && stores.incidents()
                        .find(entry.incident().id())
                        .flatMap(complete -> silence(complete, plan))
                        .isPresent();
    }
}
