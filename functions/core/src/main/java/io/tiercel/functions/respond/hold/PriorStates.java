package io.tiercel.functions.respond.hold;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Stores prior states. A long one is split over several documents, which are written before the hold that refers to them. */
final class PriorStates {
    /** The maximum length of a prior state in the hold itself, in characters. */
    static final int MAX_INLINE = 50_000;

    /** The length of a document in characters, so that it fits into every store in any script. */
    static final int MAX_DOCUMENT = 100_000;

    /** The maximum length of a prior state in characters. An object of Kubernetes has at most 1.5 MiB. */
    static final int MAX_CHARACTERS = 20 * MAX_DOCUMENT;

    private static final int ID_CHARACTERS = 8;

    private final StateStore store;

    PriorStates(StateStore store) {
        this.store = store;
    }

    /** Stores a state of at most {@link #MAX_CHARACTERS}. */
    PriorState write(String key, String state) {
        if (state.length() <= MAX_INLINE) {
            return new PriorState(state, "", 0);
        }
        String id = UUID.randomUUID().toString().substring(0, ID_CHARACTERS);
        int documents = 0;
        for (int start = 0; start < state.length(); ) {
            int end = Math.min(start + MAX_DOCUMENT, state.length());
            if (end < state.length() && Character.isHighSurrogate(state.charAt(end - 1))) {
                end--;
            }
            if (!store.write(key(key, id, documents), 0, state.substring(start, end), Schedule.NONE.keep())) {
                throw ActionException.retryable("cannot store the prior state of " + key, null);
            }
            start = end;
            documents++;
        }
        return new PriorState(null, id, documents);
    }

    /** Returns a stored state. */
    String read(String key, PriorState prior) {
        if (prior.text() != null) {
            return prior.text();
        }
        List<String> keys = keys(key, prior);
        Map<String, Versioned> documents = store.readAll(keys);
        StringBuilder state = new StringBuilder();
        for (String document : keys) {
            Versioned found = documents.get(document);
            if (found == null) {
                throw ActionException.permanent("the stored prior state of " + key + " is incomplete");
            }
            state.append(found.document());
        }
        return state.toString();
    }

    /** Empties the documents of a state that no hold refers to any more. They expire like others. */
    void remove(String key, PriorState prior) {
        if (prior.text() == null) {
            store.readAll(keys(key, prior))
                    .forEach((document, found) -> store.write(document, found.version(), "", Schedule.NONE));
        }
    }

    private static List<String> keys(String key, PriorState prior) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < prior.documents(); i++) {
            keys.add(key(key, prior.id(), i));
        }
        return keys;
    }

    private static String key(String key, String id, int number) {
        return HoldRegistry.PREFIX + key + "/prior/" + id + "/" + number;
    }
}
