package io.tiercel.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.intake.AlertRefused;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.plan.AffectedTarget;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the places at which incidents are seen, so that each of them can be acted on: the first {@link #MOST} of each
 * episode. A place is stored before the list names it, so whatever is listed is there.
 */
public final class Scenes {
    /** Most places of one episode of an incident. */
    public static final int MOST = 10;

    /** A write loses only against one that has added a place or noted that there are more. */
    private static final int TRIES = MOST + 2;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final StateStore store;

    public Scenes(StateStore store) {
        this.store = store;
    }

    /** @param more whether there were places that are not listed */
    private record Listed(List<String> keys, boolean more) {
        private static final Listed NONE = new Listed(List.of(), false);
    }

    /**
     * The places of an episode.
     *
     * @param scenes in the order in which they were noted
     * @param more whether there are others, which are not kept
     */
    public record Seen(List<AffectedTarget> scenes, boolean more) {}

    private static String list(String incidentId, int episode) {
        return "scenes/" + incidentId + "/" + episode;
    }

    private static String place(String incidentId, String key) {
        return "scene/" + incidentId + "/" + key;
    }

    private static Listed listed(Optional<Versioned> present) {
        return present.map(versioned -> StateJson.read(versioned.document(), Listed.class))
                .orElse(Listed.NONE);
    }

    /**
     * Notes where an alert comes from.
     *
     * @return how many places of the episode are known now, one more if there are others
     */
    public int note(String incidentId, int episode, EnrichedAlert alert) {
        String key = AffectedTarget.key(alert.enrichment());
        for (int tries = 0; tries < TRIES; tries++) {
            Optional<Versioned> present = store.read(list(incidentId, episode));
            Listed known = listed(present);
            boolean full = known.keys().size() >= MOST;
            if (known.keys().contains(key) || full && known.more()) {
                return known.keys().size() + (known.more() ? 1 : 0);
            }
            List<String> keys = new ArrayList<>(known.keys());
            if (!full) {
                keep(place(incidentId, key), alert);
                keys.add(key);
            }
            if (store.write(
                    list(incidentId, episode),
                    present.map(Versioned::version).orElse(0L),
                    StateJson.write(new Listed(keys, full)),
                    null)) {
                return keys.size() + (full ? 1 : 0);
            }
        }
        throw new IllegalStateException(
                "the places of incident " + incidentId + " change all the time; to be tried again");
    }

    /** In place of what an earlier episode left; who is faster is as right. */
    private void keep(String place, EnrichedAlert alert) {
        long replaced = store.read(place).map(Versioned::version).orElse(0L);
        store.write(place, replaced, alert.toJson(), null);
    }

    /** The places of an episode of an incident. */
    public Seen of(String incidentId, int episode) {
        Listed known = listed(store.read(list(incidentId, episode)));
        return new Seen(
                known.keys().stream()
                        .map(key -> scene(incidentId, key))
                        .filter(Objects::nonNull)
                        .toList(),
                known.more());
    }

    /** A place of any episode; null if it is not known. */
    public @Nullable AffectedTarget scene(String incidentId, String key) {
        return store.read(place(incidentId, key))
                .map(Versioned::document)
                .map(document -> read(key, document))
                .orElse(null);
    }

    private static @Nullable AffectedTarget read(String key, String document) {
        try {
            EnrichedAlert read = EnrichedAlert.read(JSON.readTree(document));
            return new AffectedTarget(key, read.alert().alert(), read.enrichment());
        } catch (JsonProcessingException | AlertRefused e) {
            // Of an older version, and not what this one takes.
            return null;
        }
    }
}
