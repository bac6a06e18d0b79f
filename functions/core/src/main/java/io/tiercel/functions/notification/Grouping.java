package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides which incidents a channel shows in a group. All methods may be called from any thread and any number of processes. They throw
 * {@link io.tiercel.functions.incident.StoreUnavailable} if a store fails; repeating a call has no further effect.
 */
public interface Grouping {
    /** Every incident gets messages of its own. */
    Grouping NONE = new Grouping() {
        @Override
        public Place place(String channel, Incident incident, String occasion, boolean again, Instant now) {
            return new Place.Individual();
        }

        @Override
        public boolean changed(String groupId, Incident incident) {
            return false;
        }

        @Override
        public Optional<GroupSummary> summary(String groupId) {
            return Optional.empty();
        }
    };

    /** Where a channel shows an incident. */
    sealed interface Place {
        /** In a message of its own. */
        record Individual() implements Place {}

        /**
         * In the message of a group, which has counted it.
         *
         * @param groupId {@link GroupSummary#id}
         */
        record Joined(String groupId) implements Place {}
    }

    /**
     * Decides where the next message about an incident goes, and counts it. Called before the first message about an incident, and when
     * an incident that a group shows deserves a message of its own: it has escalated, become urgent, verified or reopened, or its
     * response awaits approval.
     *
     * @param occasion identifies the reason among all calls for this channel and incident: a repeated call with the same occasion is not
     *     counted again and should return the same place. At most 100 printable ASCII characters
     * @param again whether the channel has shown the incident before. Such an incident never returns to a group of new incidents, whose
     *     message people have seen already
     */
    Place place(String channel, Incident incident, String occasion, boolean again, Instant now);

    /**
     * Updates an incident in a group that has counted it. Its messages of its own do not matter.
     *
     * @return whether the summary of the group has changed
     */
    boolean changed(String groupId, Incident incident);

    /** Returns the summary of a group; empty if it does not exist or has expired. */
    Optional<GroupSummary> summary(String groupId);
}
