package io.tiercel.functions.notification.group;

import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/** Adds up the members of a group, one after another, in constant memory. Not thread-safe. */
public final class MemberTotals {
    /** The most important last: the most urgent, then the one with most alerts, then the one that joined first. */
    private static final Comparator<GroupMember> IMPORTANCE = Comparator.comparing(GroupMember::priority)
            .thenComparing(Comparator.comparingLong(GroupMember::count).reversed())
            .thenComparing(GroupMember::joinedAt)
            .thenComparing(GroupMember::incidentId)
            .reversed();

    private final PriorityQueue<GroupMember> top = new PriorityQueue<>(IMPORTANCE);
    private Priority priority = Priority.DEBUG;
    private boolean verified;
    private long incidents;
    private long open;
    private long alerts;
    private Instant until = Instant.MIN;

    /** Adds a member. */
    public void add(GroupMember member) {
        incidents++;
        open += member.open() ? 1 : 0;
        alerts = saturated(alerts, member.count());
        verified |= member.verified();
        if (member.priority().compareTo(priority) < 0) {
            priority = member.priority();
        }
        if (member.joinedAt().isAfter(until)) {
            until = member.joinedAt();
        }
        top.add(member);
        if (top.size() > GroupSummary.MAX_TOP) {
            top.remove();
        }
    }

    private static long saturated(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    /** Returns the summary; empty without members. */
    public Optional<GroupSummary> summary(GroupHeader header) {
        return incidents == 0
                ? Optional.empty()
                : Optional.of(new GroupSummary(
                        header.id(),
                        header.dimension(),
                        header.value(),
                        priority,
                        verified,
                        incidents,
                        open,
                        alerts,
                        header.since(),
                        until,
                        top.stream()
                                .sorted(IMPORTANCE.reversed())
                                .map(GroupMember::cause)
                                .toList()));
    }
}
