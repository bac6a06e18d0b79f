package io.tiercel.functions.privacy;

import java.time.Duration;

/**
 * How long each kind of record is kept. The records of notifications belong to their incident. A response in force is always kept.
 * Entries of the audit log are never deleted, because a gap could not be told from tampering.
 *
 * @param samples alerts that an incident keeps as evidence, from the time they were stored
 * @param incidents incidents, from their last alert
 * @param responses plans, steps, targets and other state of responses, from the last change
 * @param health messages of sensors about themselves
 * @param rejected rejected documents on the local server. On AWS the queue's own limit applies
 */
public record Retention(Duration samples, Duration incidents, Duration responses, Duration health, Duration rejected) {
    /** The default values. */
    public static final Retention DEFAULT = new Retention(
            Duration.ofDays(365), Duration.ofDays(365), Duration.ofDays(365), Duration.ofDays(30), Duration.ofDays(14));

    /**
     * How long the id of a counted alert is kept: twice as long as a dead-letter queue keeps a message. An incident must not be
     * deleted earlier, or a message that is delivered again would open it again.
     */
    public static final Duration ALERT_IDS = Duration.ofDays(30);

    /** The minimum of all kinds that do not state another one. */
    static final Duration MIN = Duration.ofDays(1);

    static final Duration MAX = Duration.ofDays(3650);

    /**
     * Checks the retention against the time after which quiet incidents close. An open incident must not be deleted.
     *
     * @param longestQuiet the longest quiet time of any rule
     * @throws IllegalArgumentException if incidents are kept for a shorter time
     */
    public void requireLongerThan(Duration longestQuiet) {
        if (incidents.compareTo(longestQuiet) <= 0) {
            throw new IllegalArgumentException("TIERCEL_PRIVACY: retention.incidents is " + incidents.toDays()
                    + "d, but an incident may stay open for " + longestQuiet.toHours()
                    + "h without alerts; use a longer retention, or a shorter \"quiet\" in the incident rules");
        }
    }
}
