package io.tiercel.functions.planning;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.plan.AffectedTarget;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stores the targets of each incident, so that a response can act on every one of them. Keeps the first {@link #MAX_TARGETS}
 * targets of each episode that verified senders report, and separately the first {@link #MAX_TARGETS} others. A target is stored
 * before the list names it, so every listed target can be read.
 */
public final class AffectedTargets {
    /** Maximum number of targets of one episode of an incident, for each of the two lists. */
    public static final int MAX_TARGETS = 10;

    /** Each entry is added once and replaced by better confirmed ones at most three times; then its list is marked as full. */
    private static final int MAX_CHANGES = 2 * (4 * MAX_TARGETS + 1);

    /** A conflicting write has changed the list, so more attempts than this cannot conflict. */
    private static final int MAX_ATTEMPTS = MAX_CHANGES + 1;

    private final StateStore store;

    public AffectedTargets(StateStore store) {
        this.store = store;
    }

    /**
     * The targets of an episode.
     *
     * @param targets the stored targets: first those of verified senders, then the others, each oldest first
     * @param more whether the episode has more targets than were stored
     */
    public record ObservedTargets(List<AffectedTarget> targets, boolean more) {}

    private static String listKey(String incidentId, int episode) {
        return "targets/" + incidentId + "/" + episode;
    }

    private static String targetKey(String incidentId, String key) {
        return "target/" + incidentId + "/" + key;
    }

    private static TargetLists lists(Optional<Versioned> stored) {
        return stored.map(versioned -> versioned.parse(TargetLists.class)).orElse(TargetLists.NONE);
    }

    /** Adds the target of one alert, like {@link #addAll}. */
    public long add(String incidentId, int episode, EnrichedAlert alert) {
        return addAll(incidentId, episode, List.of(alert));
    }

    /**
     * Adds the targets of alerts to an episode of their incident. A target that is confirmed by now replaces its unconfirmed entry.
     *
     * @return the revision of the episode's targets: increases whenever they change
     */
    public long addAll(String incidentId, int episode, List<EnrichedAlert> alerts) {
        // Most alerts of a batch have the same facts, and an entry contains several hashes of them.
        Map<Enrichment, EnrichedAlert> different = new LinkedHashMap<>();
        alerts.forEach(alert -> different.putIfAbsent(alert.enrichment(), alert));
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> stored = store.read(listKey(incidentId, episode));
            long version = stored.map(Versioned::version).orElse(0L);
            TargetLists known = lists(stored);
            TargetLists extended = known;
            Map<String, EnrichedAlert> added = new LinkedHashMap<>();
            for (EnrichedAlert alert : different.values()) {
                TargetLists.Entry entry = TargetLists.Entry.of(alert.enrichment());
                TargetLists before = extended;
                extended = before.with(entry, TargetLists.isVerified(alert.enrichment()));
                if (!extended.equals(before)) {
                    added.put(entry.key(), alert);
                }
            }
            if (added.isEmpty()) {
                return version;
            }
            added.keySet().removeIf(Predicate.not(extended::names));
            added.forEach((key, alert) -> put(targetKey(incidentId, key), alert));
            if (store.write(listKey(incidentId, episode), version, Json.write(extended), Schedule.NONE)) {
                return version + 1;
            }
        }
        throw new IllegalStateException("the targets of incident " + incidentId + " keep changing; retry later");
    }

    /** Replaces the entry of an earlier episode. If two writers conflict, either value is valid. */
    private void put(String storeKey, EnrichedAlert alert) {
        long replaced = store.read(storeKey).map(Versioned::version).orElse(0L);
        store.write(storeKey, replaced, alert.toJson(), Schedule.NONE);
    }

    /** Returns the targets of an episode of an incident. */
    public ObservedTargets list(String incidentId, int episode) {
        TargetLists known = lists(store.read(listKey(incidentId, episode)));
        return new ObservedTargets(
                known.keys().stream()
                        .map(key -> find(incidentId, key))
                        .filter(Objects::nonNull)
                        .toList(),
                known.moreVerified() || known.moreOthers());
    }

    /** Returns a target of any episode, or null if it is unknown. */
    public @Nullable AffectedTarget find(String incidentId, String key) {
        return store.read(targetKey(incidentId, key))
                .map(Versioned::document)
                .map(document -> parse(key, document))
                .orElse(null);
    }

    private static @Nullable AffectedTarget parse(String key, String document) {
        try {
            EnrichedAlert stored = EnrichedAlert.parse(Json.MAPPER.readTree(document));
            return new AffectedTarget(key, stored.alert().alert(), stored.enrichment());
        } catch (JsonProcessingException | AlertRejected e) {
            // Another version wrote the document, and this version does not accept it.
            return null;
        }
    }
}
