package io.tiercel.functions.notification.group;

import io.tiercel.functions.notification.GroupSummary;
import java.util.Optional;

/**
 * The members of groups. Joining is idempotent, so that counts are exact.
 *
 * <p>All methods may be called from any thread and any number of processes. All throw {@link
 * io.tiercel.functions.incident.StoreUnavailable} if the store fails. Stores may delete a group when its incidents would have expired.
 */
public interface GroupStore {
    /**
     * The number of incidents at which a group is full. The next incident opens another group. Processes that join at the same time
     * may exceed it by what they join within some seconds; all of them are counted.
     */
    int MAX_MEMBERS = 100_000;

    /** Stores a group; does nothing if it exists. */
    void create(GroupHeader header);

    /** Returns a group; empty if it does not exist. */
    Optional<GroupHeader> find(String groupId);

    /** Returns about how many incidents have joined a group: exact unless a process crashed, or a response was lost, while one joined; 0 without a group. */
    long size(String groupId);

    /**
     * Joins a group, and remembers on which occasion. The first call for an incident and an occasion decides about the group; later ones
     * {@link #put} the member there.
     *
     * @param occasion at most 100 printable ASCII characters
     * @return the group that the incident has joined
     */
    String join(String channel, String occasion, GroupMember member);

    /** Returns the group that an incident has joined on an occasion; empty if there is none. */
    Optional<String> assignment(String channel, String incidentId, String occasion);

    /**
     * Stores a member, or replaces what is known of it. Ignored if the stored member is newer: it has more alerts, or as many and is
     * closed while this one is open. {@link GroupMember#joinedAt} of a stored member never changes.
     *
     * @return whether the summary of the group has changed
     */
    boolean put(GroupMember member);

    /**
     * Returns the exact totals over all members; empty if the group or its members do not exist. Reads all members: DynamoDB charges
     * about 100 read units for 1,000.
     */
    Optional<GroupSummary> summary(String groupId);
}
