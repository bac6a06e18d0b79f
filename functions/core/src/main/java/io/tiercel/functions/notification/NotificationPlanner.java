package io.tiercel.functions.notification;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.notification.NotificationRecord.Pending;
import io.tiercel.functions.notification.NotificationRecord.Placement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides what channels must show, and marks it as pending. Sends nothing, so that a slow channel delays nobody. Planning an incident
 * again without a change writes nothing.
 *
 * <p>Cost: reads the incident with its samples, its plan, its acknowledgement and its records of all channels once. Each group that
 * counts the incident costs one further call to the store of groups, also without a change.
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
     * @throws StoreUnavailable if a store fails, or others change a record during every attempt; call it again
     */
    public Set<String> plan(String incidentId) {
        Optional<IncidentContents.Loaded> loaded = contents.load(incidentId);
        if (loaded.isEmpty()) {
            return Set.of();
        }
        Subject subject = Subject.incident(incidentId);
        Map<String, NotificationRecord> stored = new HashMap<>();
        records.listRecords(subject).forEach(record -> stored.put(record.channel(), record));
        Set<String> pending = new TreeSet<>();
        for (String channel : channels) {
            NotificationRecord record = stored.get(channel);
            if (plan(record == null ? NotificationRecord.initial(subject, channel) : record, loaded.get())) {
                pending.add(channel);
            }
        }
        return pending;
    }

    /**
     * Marks the message about an incident, or about the group that shows it, as pending again if it was given up.
     *
     * @return whether it was given up
     * @throws StoreUnavailable if a store fails; call it again
     */
    boolean resend(String incidentId, String channel) {
        Optional<NotificationRecord> record = records.findRecord(Subject.incident(incidentId), channel);
        String group = record.map(NotificationRecord::group).orElse(null);
        Optional<NotificationRecord> lost = (group == null ? record : records.findRecord(Subject.group(group), channel))
                .filter(NotificationRecord::lost)
                .map(NotificationRecord::withoutLost);
        if (lost.isEmpty() || !records.replace(lost.get())) {
            return false;
        }
        if (group == null) {
            plan(incidentId);
        } else {
            int urgency = contents.load(incidentId)
                    .map(loaded -> loaded.content().urgency())
                    .orElse(NotificationUrgency.COUNT_ONLY);
            groupChanged(channel, group, urgency);
        }
        return true;
    }

    private boolean plan(NotificationRecord read, IncidentContents.Loaded loaded) {
        Subject subject = read.subject();
        String channel = read.channel();
        NotificationRecord before = read;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            NotificationRecord next = comparison.compare(before, loaded.incident(), loaded.content(), clock.instant());
            if (next == before || records.replace(next)) {
                updateGroups(channel, before, loaded);
                if (next != before) {
                    wake(next);
                }
                return before.pending() == null && next.pending() != null;
            }
            before = records.findRecord(subject, channel).orElseGet(() -> NotificationRecord.initial(subject, channel));
        }
        throw keepsChanging(subject, channel);
    }

    private static StoreUnavailable keepsChanging(Subject subject, String channel) {
        return new StoreUnavailable(
                "the record of " + subject.key() + " on channel " + channel + " keeps changing",
                new IllegalStateException(MAX_ATTEMPTS + " attempts"));
    }

    private void updateGroups(String channel, NotificationRecord record, IncidentContents.Loaded loaded) {
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
        throw keepsChanging(subject, channel);
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
