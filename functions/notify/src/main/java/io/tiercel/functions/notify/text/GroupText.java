package io.tiercel.functions.notify.text;

import io.tiercel.functions.notification.GroupSummary;
import java.time.Duration;

/** Describes groups in plain text. The texts contain values from alerts: each channel escapes and truncates them. */
public final class GroupText {
    private GroupText() {}

    /**
     * Returns for example {@code 42 incidents of rule Terminal shell in container in 60 s}. A group of one is titled by its rule, because a
     * channel that pages shows no later title.
     */
    public static String headline(GroupSummary group) {
        if (group.incidents() == 1 && !group.top().isEmpty()) {
            GroupSummary.Cause first = group.top().getFirst();
            return first.rule() + " on " + first.workload() + ", and further incidents" + common(group);
        }
        return incidents(group.incidents()) + common(group) + " in " + duration(group);
    }

    /** Returns for example {@code 40 open, 2 closed, 1234 alerts}. */
    public static String counts(GroupSummary group) {
        long closed = group.incidents() - group.openIncidents();
        return group.openIncidents() + " open, " + closed + " closed, " + group.alerts()
                + (group.alerts() == 1 ? " alert" : " alerts");
    }

    /** Returns for example {@code and 32 more}; empty if the summary names all incidents. */
    public static String more(GroupSummary group) {
        long more = group.incidents() - group.top().size();
        return more <= 0 ? "" : "and " + more + " more";
    }

    /** Returns why the incidents are in one message. */
    public static String explanation(GroupSummary group) {
        return switch (group.dimension()) {
            case CHANNEL -> "This channel has reached its limit of messages. Further incidents are counted here.";
            case RULE, HOST, CLUSTER ->
                "Many incidents of one " + label(group) + " opened within a short time. Further ones are counted here.";
        };
    }

    private static String incidents(long number) {
        return number == 1 ? "1 incident" : number + " incidents";
    }

    private static String common(GroupSummary group) {
        return switch (group.dimension()) {
            case RULE, HOST -> " of " + label(group) + " " + group.value();
            case CLUSTER -> group.value().isEmpty() ? " of one cluster" : " of cluster " + group.value();
            case CHANNEL -> " over the limit of channel " + group.value();
        };
    }

    private static String label(GroupSummary group) {
        return switch (group.dimension()) {
            case RULE -> "rule";
            case HOST -> "host";
            case CLUSTER -> "cluster";
            case CHANNEL -> "channel";
        };
    }

    private static String duration(GroupSummary group) {
        long seconds =
                Math.max(1, Duration.between(group.since(), group.until()).toSeconds());
        return seconds < 120 ? seconds + " s" : seconds / 60 + " min";
    }
}
