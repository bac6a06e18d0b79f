package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.NotificationRecord.Attempts;
import io.tiercel.functions.notification.NotificationRecord.Delivered;
import io.tiercel.functions.notification.NotificationRecord.Pending;
import io.tiercel.functions.notification.NotificationRecord.Placement;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one comparison of what a channel shows with what it must show. Planner, lane and repair all use it, for every store.
 *
 * @param routing which channels receive an incident
 * @param silences which messages are withheld
 * @param starts since when channels exist
 */
record NotificationComparison(Routing routing, SilenceFilter silences, ChannelStarts starts) {
    /**
     * Compares an incident with a channel's record.
     *
     * @return the next record; the same instance if nothing changes
     */
    NotificationRecord compare(NotificationRecord record, Incident incident, NotificationContent content, Instant now) {
        Delivered delivered = record.delivered();
        boolean changed = !content.hash().equals(delivered.hash());
        boolean due = changed || content.count() >= delivered.nextCount();
        if (!due || shownElsewhere(record, content)) {
            return settled(record, content);
        }
        if (showsNothing(record)) {
            if (isSilenced(record) && content.state().closed()) {
                return record.overInSilence(content);
            }
            if (content.state().closed() && record.state().closed()) {
                return settled(record, content);
            }
            if (excluded(record, incident)) {
                return settled(record, content);
            }
        }
        // The resolution of an incident that a channel shows is never withheld.
        Optional<SilenceFilter.Silenced> silenced =
                delivered.messages() > 0 && content.state().closed()
                        ? Optional.empty()
                        : silences.silenced(incident, content.state(), now);
        long at = changed
                ? NotificationRecord.millis(now)
                : Math.max(NotificationRecord.millis(now), delivered.countNotBefore());
        int urgency = changed ? content.urgency() : NotificationUrgency.COUNT_ONLY;
        return silenced.map(silence -> withheld(record, content, silence, now))
                .orElseGet(() -> pending(record, content, urgency, at, now));
    }

    /** Returns whether a group differs from what the channel shows of it. */
    static boolean differs(NotificationRecord record, NotificationContent content) {
        Delivered delivered = record.delivered();
        return !content.hash().equals(delivered.hash()) || content.count() >= delivered.nextCount();
    }

    /** Returns the record of a group after one of its incidents has changed. What has changed is compared when it is due. */
    static NotificationRecord groupChanged(NotificationRecord record, int urgency, Instant now) {
        Pending before = record.pending();
        // An incident that is less urgent does not delay the message about the others.
        int highest = before == null ? urgency : Math.min(urgency, before.urgency());
        NotificationContent unknown =
                new NotificationContent(NotificationState.NONE, record.deliveredCount(), "changed", highest);
        return pending(record, unknown, highest, groupDue(record, now), now);
    }

    private static long groupDue(NotificationRecord record, Instant now) {
        return Math.max(NotificationRecord.millis(now), record.delivered().countNotBefore());
    }

    /** Returns true if a group shows the incident, and nothing has happened that deserves a message of its own. */
    private static boolean shownElsewhere(NotificationRecord record, NotificationContent content) {
        Placement placement = record.placement();
        return placement != null && !placement.own() && !content.state().promotedSince(placement.state());
    }

    /** Returns true if the channel certainly shows nothing about the incident. */
    private static boolean showsNothing(NotificationRecord record) {
        return record.sent() == 0 && record.attempts().failed() == 0 && !record.inFlight();
    }

    static boolean isSilenced(NotificationRecord record) {
        Pending pending = record.pending();
        return pending != null && pending.silence() != null;
    }

    /** Returns true if a channel that shows nothing of the incident must not begin to. */
    private boolean excluded(NotificationRecord record, Incident incident) {
        return incident.openedAt().isBefore(starts.startOf(record.channel()))
                || !routing.routes(incident, record.channel());
    }

    private static NotificationRecord settled(NotificationRecord record, NotificationContent content) {
        Pending pending = record.pending();
        if (pending == null) {
            return record;
        }
        return record.inFlight() ? inFlight(record, pending, content, pending.urgency()) : record.withPending(null);
    }

    private static NotificationRecord withheld(
            NotificationRecord record, NotificationContent content, SilenceFilter.Silenced silence, Instant now) {
        Pending before = record.pending();
        if (before != null && record.inFlight()) {
            return inFlight(record, before, content, content.urgency());
        }
        long since = before == null ? NotificationRecord.millis(now) : before.since();
        long until = NotificationRecord.millis(silence.until());
        Pending next = new Pending(content.hash(), content.count(), content.urgency(), since, until, silence.id());
        boolean same = before != null && until == before.due() && silence.id().equals(before.silence());
        return same ? record : record.withPending(next);
    }

    private static NotificationRecord pending(
            NotificationRecord record, NotificationContent content, int urgency, long at, Instant now) {
        Pending before = record.pending();
        if (before == null || before.silence() != null) {
            return record.withPending(
                    new Pending(content.hash(), content.count(), urgency, NotificationRecord.millis(now), at, null));
        }
        if (record.inFlight()) {
            return inFlight(record, before, content, urgency);
        }
        // A change does not bypass the backoff of a failing channel.
        Attempts attempts = record.attempts();
        long due = attempts.failed() > 0 ? before.due() : Math.min(before.due(), at);
        Pending next = new Pending(content.hash(), content.count(), urgency, before.since(), due, null);
        boolean same = next.hash().equals(before.hash()) && due == before.due() && urgency == before.urgency();
        return same ? record : record.withPending(next);
    }

    /** Tells the sender of the message in flight that it is not the last one. */
    private static NotificationRecord inFlight(
            NotificationRecord record, Pending before, NotificationContent content, int urgency) {
        boolean same = content.hash().equals(before.hash()) && content.count() <= before.count();
        return same
                ? record
                : record.withPending(new Pending(
                        content.hash(),
                        content.count(),
                        Math.min(urgency, before.urgency()),
                        before.since(),
                        before.due(),
                        before.silence()));
    }

    /** Returns the time at which a record is due; null if nothing is pending. */
    static @Nullable Instant due(NotificationRecord record) {
        Pending pending = record.pending();
        return pending == null ? null : Instant.ofEpochMilli(pending.due());
    }
}
