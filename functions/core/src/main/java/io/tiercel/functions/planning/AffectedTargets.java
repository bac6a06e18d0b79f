package io.tiercel.functions.planning;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.plan.AffectedTarget;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stores the targets of each incident, so that a response can act on every one of them. Keeps the first {@link #MAX_TARGETS}
 * targets of each episode. A target is stored before the list names it, so every listed target can be read.
 */
public final class AffectedTargets {
    /** Maximum number of targets of one episode of an incident. */
    public static final int MAX_TARGETS = 10;

    /** A conflicting write has added a target or set the "more" flag, so more attempts than this cannot conflict. */
    private static final int MAX_ATTEMPTS = MAX_TARGETS + 2;

    private final StateStore store;

    public AffectedTargets(StateStore store) {
        this.store = store;
    }

    /** @param more whether the episode has targets that are not listed */
    private record TargetKeys(List<String> keys, boolean more) {
        private static final TargetKeys NONE = new TargetKeys(List.of(), false);
    }

    /**
     * The targets of an episode.
     *
     * @param targets the stored targets, oldest first
     * @param more whether the episode has more targets than were stored
     */
    public record ObservedTargets(List<AffectedTarget> targets, boolean more) {}

    private static String listKey(String incidentId, int episode) {
        return "targets/" + incidentId + "/" + episode;
    }

    private static String targetKey(String incidentId, String key) {
        return "target/" + incidentId + "/" + key;
    }

    private static TargetKeys keys(Optional<Versioned> stored) {
        return stored.map(versioned -> versioned.parse(TargetKeys.class)).orElse(TargetKeys.NONE);
    }

    /**
     * Adds the target of an alert to an episode of its incident.
     *
     * @return the number of known targets of the episode, plus one if it has more than were stored
     */
    public int add(String incidentId, int episode, EnrichedAlert alert) {
        String key = AffectedTarget.key(alert.enrichment());
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> stored = store.read(listKey(incidentId, episode));
            TargetKeys known = keys(stored);
            boolean full = known.keys().size() >= MAX_TARGETS;
            if (known.keys().contains(key) || full && known.more()) {
                return known.keys().size() + (known.more() ? 1 : 0);
            }
            List<String> keys = new ArrayList<>(known.keys());
            if (!full) {
                put(targetKey(incidentId, key), alert);
                keys.add(key);
            }
            if (store.write(
                    listKey(incidentId, episode),
                    stored.map(Versioned::version).orElse(0L),
                    Json.write(new TargetKeys(keys, full)),
                    null)) {
                return keys.size() + (full ? 1 : 0);
            }
        }
        throw new IllegalStateException("the targets of incident " + incidentId + " keep changing; retry later");
    }

    /** Replaces the entry of an earlier episode. If two writers conflict, either value is valid. */
    private void put(String storeKey, EnrichedAlert alert) {
        long replaced = store.read(storeKey).map(Versioned::version).orElse(0L);
        store.write(storeKey, replaced, alert.toJson(), null);
    }

    /** Returns the targets of an episode of an incident. */
    public ObservedTargets list(String incidentId, int episode) {
        TargetKeys known = keys(store.read(listKey(incidentId, episode)));
        return new ObservedTargets(
                known.keys().stream()
                        .map(key -> find(incidentId, key))
                        .filter(Objects::nonNull)
                        .toList(),
                known.more());
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
