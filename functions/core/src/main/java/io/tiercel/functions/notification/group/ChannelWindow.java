package io.tiercel.functions.notification.group;

import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.notification.GroupSummary.Dimension;
import java.util.List;

/**
 * The recent messages of one channel about new incidents, and its open groups: the document {@code channel-window/NAME}. Incidents
 * that join a group leave no trace here, so that its size and its writes do not grow with a storm.
 *
 * @param messages the messages within the longer of the channel's two windows, at most {@link WindowDecision#MAX_MESSAGES}
 * @param groups the groups that new incidents can join, at most {@link WindowDecision#MAX_GROUPS} and two digests
 *     of each class
 */
public record ChannelWindow(List<Message> messages, List<OpenGroup> groups) {
    /** The window of a channel that has sent nothing. */
    public static final ChannelWindow EMPTY = new ChannelWindow(List.of(), List.of());

    /** Copies the lists. */
    public ChannelWindow {
        messages = List.copyOf(messages);
        groups = List.copyOf(groups);
    }

    /**
     * A message about a new incident or a new group.
     *
     * @param occasion {@link GroupCandidate#occasion}, or the id of the group
     * @param atMillis the time of the decision, in milliseconds since the epoch
     * @param urgency the class
     * @param rule {@link GroupCandidate#hash} of the rule; empty for a group
     * @param host the same of the host; empty for a group or an unknown host
     * @param cluster the same of the cluster; empty for a group
     */
    public record Message(
            String occasion, long atMillis, UrgencyClass urgency, String rule, String host, String cluster) {
        String hash(Dimension dimension) {
            return switch (dimension) {
                case RULE -> rule;
                case HOST -> host;
                case CLUSTER -> cluster;
                case CHANNEL -> "";
            };
        }
    }

    /**
     * A group that new incidents can join.
     *
     * @param id {@link io.tiercel.functions.notification.GroupSummary#id}
     * @param dimension what its incidents share
     * @param hash {@link GroupCandidate#hash} of the shared value
     * @param urgency the class of its incidents
     * @param sinceMillis when it opened, in milliseconds since the epoch
     * @param joinedMillis when an incident joined, in milliseconds since the epoch. Up to a quarter of the window too old, because not
     *     every join is a write
     */
    public record OpenGroup(
            String id, Dimension dimension, String hash, UrgencyClass urgency, long sinceMillis, long joinedMillis) {
        OpenGroup joined(long nowMillis) {
            return new OpenGroup(id, dimension, hash, urgency, sinceMillis, nowMillis);
        }

        boolean matches(Dimension other, String otherHash, UrgencyClass otherUrgency) {
            return dimension == other && hash.equals(otherHash) && urgency == otherUrgency;
        }
    }

    /** Returns this window without a group, which no other incident can join. */
    ChannelWindow without(String groupId) {
        return new ChannelWindow(
                messages,
                groups.stream().filter(group -> !group.id().equals(groupId)).toList());
    }
}
