package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.action.ActionKind;
import java.util.List;

/** The notes of steps about other incidents that hold the same part of a target. */
final class HolderNotes {
    private HolderNotes() {}

    /**
     * Returns the note of a step that begins to hold a target.
     *
     * @param others the incidents of the other steps that hold it, not empty, the oldest first; may contain the incident itself
     */
    static String alreadyHeld(ActionKind kind, List<String> others, String incidentId) {
        String verb = kind == ActionKind.ISOLATE_POD || kind == ActionKind.ISOLATE_INSTANCE ? "isolated" : "changed";
        List<String> incidents =
                others.stream().filter(other -> !other.equals(incidentId)).toList();
        return incidents.isEmpty()
                ? "already " + verb + " by another step of this incident"
                : "already " + verb + " by incident " + incidents.getFirst() + ", held by " + (incidents.size() + 1);
    }

    /**
     * Returns the note of a step that no longer holds a target which others still hold.
     *
     * @param others the incidents of the other steps that hold it, not empty; may contain the incident itself
     */
    static String stillHeld(List<String> others, String incidentId) {
        List<String> incidents =
                others.stream().filter(other -> !other.equals(incidentId)).toList();
        return "still held by "
                + (incidents.isEmpty() ? "another step of this incident" : incidents(incidents))
                + ", so the target stays as it is";
    }

    /** Returns the note of a step in force whose target others hold too. */
    static String alsoHeldBy(List<String> others) {
        return "also held by " + incidents(others) + "; the target is restored when the last one is released";
    }

    private static String incidents(List<String> others) {
        String more = others.size() == 1 ? "" : " (" + (others.size() - 1) + " more)";
        return "incident " + others.getFirst() + more;
    }
}
