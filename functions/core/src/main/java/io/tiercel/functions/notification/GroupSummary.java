package io.tiercel.functions.notification;

import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.List;

/**
 * A group: many incidents that opened within a short time, shown as one message.
 *
 * @param id unique; at most 64 characters of a-z, 0-9 and -
 * @param dimension what the incidents have in common
 * @param value the common rule, host or cluster; the channel's name for {@link Dimension#CHANNEL}
 * @param priority the most urgent priority of its incidents
 * @param verified whether a verified sender sent an alert of one of its incidents
 * @param incidents exact number of incidents that joined the group
 * @param openIncidents exact number of those that are open
 * @param alerts exact number of alerts of all its incidents
 * @param since the time when the first incident joined
 * @param until the time when the last incident joined
 * @param top its most important incidents, at most {@link #MAX_TOP}: the most urgent first, then those with most alerts
 */
public record GroupSummary(
        String id,
        Dimension dimension,
        String value,
        Priority priority,
        boolean verified,
        long incidents,
        long openIncidents,
        long alerts,
        Instant since,
        Instant until,
        List<Cause> top) {
    /** Maximum number of incidents that a message names. */
    public static final int MAX_TOP = 10;

    /** What the incidents of a group have in common. */
    public enum Dimension {
        RULE,
        HOST,
        CLUSTER,
        /** Only the channel: they exceed its rate limit. */
        CHANNEL
    }

    /**
     * One incident of the group.
     *
     * @param incidentId the incident
     * @param rule its rule
     * @param workload its workload
     * @param target the file or address that it concerns, or empty
     * @param priority its priority
     * @param count its number of alerts
     * @param open whether it is open
     */
    public record Cause(
            String incidentId,
            String rule,
            String workload,
            String target,
            Priority priority,
            long count,
            boolean open) {}
}
