package io.tiercel.functions.notification;

import io.tiercel.functions.notification.NotificationRecord.Pending;
import io.tiercel.functions.notification.NotificationRecord.Placement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides what channels must show, and marks it as pending. Sends nothing, so that a slow channel delays nobody. Planning an incident
 * again without a change writes nothing.
 *
 * <p>Cost: reads the incident with its samples, its plan and its acknowledgement once, and one record per channel.
 */
public final class NotificationPlanner {
    /** Attempts at a record that others write at the same time. */
    private static final int MAX_ATTEMPTS = 20;

    private final IncidentContents contents;
    private final NotificationStore records;
    private final NotificationComparison comparison;
    private final Grouping grouping;
    private final List<String> channels;
    private final ChannelWaker waker;
    private final InstantSource clock;

    NotificationPlanner(
            IncidentContents contents,
            NotificationStore records,
            NotificationComparison comparison,
            Grouping grouping,
            List<String> channels,
            ChannelWaker waker,
            InstantSource clock) {
        this.contents = contents;
        this.records = records;
        this.comparison = comparison;
        this.grouping = grouping;
        this.channels = List.copyOf(channels);
        this.waker = waker;
        this.clock = clock;
    }

    /**
     * Compares an incident with what every channel shows, and marks the differences as pending. Does nothing if the incident does not
     * exist.
     *
     * @return the channels with a message that has become pending
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails; call it again
     */
    public Set<String> plan(String incidentId) {
        Optional<IncidentContents.Loaded> loaded = contents.load(incidentId);
        if (loaded.isEmpty()) {
            return Set.of();
        }
        Set<String> pending = new TreeSet<>();
        for (String channel : channels) {
            if (plan(channel, loaded.get())) {
                pending.add(channel);
            }
        }
        return pending;
    }

    private boolean plan(String channel, IncidentContents.Loaded loaded) {
        Subject subject = Subject.incident(loaded.incident().id());
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            NotificationRecord before =
                    records.findRecord(subject, channel).orElseGet(() -> NotificationRecord.initial(subject, channel));
            NotificationRecord next = comparison.compare(before, loaded.incident(), loaded.content(), clock.instant());
            if (next == before || records.replace(next)) {
                tellGroups(channel, before, loaded);
                if (next != before) {
                    wake(next);
                }
                return before.pending() == null && next.pending() != null;
            }
        }
        // Somebody changes the record all the time: a sender that fails, or another planner. Its next run compares
        // again.
        return false;
    }

    private void tellGroups(String channel, NotificationRecord record, IncidentContents.Loaded loaded) {
        Placement placement = record.placement();
        for (String group : placement == null ? List.<String>of() : placement.groups()) {
            if (grouping.changed(group, loaded.incident())) {
                groupChanged(channel, group, loaded.content().urgency());
            }
        }
    }

    /** Marks the message about a group as pending, because one of its incidents has changed. */
    void groupChanged(String channel, String groupId, int urgency) {
        Subject subject = Subject.group(groupId);
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Instant now = clock.instant();
            NotificationRecord before =
                    records.findRecord(subject, channel).orElseGet(() -> NotificationRecord.initial(subject, channel));
            NotificationRecord next = NotificationComparison.groupChanged(before, urgency, now);
            if (next == before) {
                return;
            }
            if (records.replace(next)) {
                wake(next);
                return;
            }
        }
    }

    private void wake(NotificationRecord record) {
        Pending pending = record.pending();
        if (pending != null && pending.silence() == null && !record.inFlight()) {
            waker.wake(
                    record.channel(),
                    record.subject(),
                    pending.hash() + "-" + record.revision(),
                    Objects.requireNonNull(NotificationComparison.due(record)));
        }
    }
}
