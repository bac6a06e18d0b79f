package io.tiercel.functions.fleet;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.state.StateDocuments;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import io.tiercel.rules.text.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The slots of nodes whose senders are not verified. Anybody can invent such nodes, so their number is limited. A further node takes
 * the slot of the one that has had its slot for the longest time.
 */
final class UnverifiedSlots {
    /** Maximum number of nodes. */
    static final int MAX = 1_000;

    private static final String KEY = "fleet/slots";
    private static final int HASH_LENGTH = 16;
    private static final int MAX_ATTEMPTS = 10;

    private final StateDocuments documents;

    UnverifiedSlots(StateDocuments documents) {
        this.documents = documents;
    }

    /**
     * The document.
     *
     * @param nodes hashes of the names, by slot
     * @param next the slot that the next new node takes, if all are taken
     */
    private record Slots(List<String> nodes, int next) {
        Slots with(String node) {
            List<String> changed = new ArrayList<>(nodes);
            if (changed.size() < MAX) {
                changed.add(node);
                return new Slots(changed, 0);
            }
            changed.set(next, node);
            return new Slots(changed, (next + 1) % MAX);
        }
    }

    /** Returns the key of a node's slot, which it may take from another node. */
    String slot(String name) {
        String node = Sha256.hex(name).substring(0, HASH_LENGTH);
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> stored = documents.read(KEY);
            Slots slots = stored.map(versioned -> Json.read(versioned.document(), Slots.class, StoreUnavailable::new))
                    .orElse(new Slots(List.of(), 0));
            int slot = slots.nodes().indexOf(node);
            if (slot >= 0) {
                return "unverified/" + slot;
            }
            // The next attempt finds it.
            documents.write(
                    KEY, stored.map(Versioned::version).orElse(0L), Json.write(slots.with(node)), Schedule.NONE.keep());
        }
        throw new StoreUnavailable(
                "the slots of nodes keep changing", new IllegalStateException(MAX_ATTEMPTS + " attempts failed"));
    }
}
