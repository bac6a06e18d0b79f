package io.tiercel.functions.notification;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.rules.text.TextLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The delivery state of one subject on one channel: what the channel shows, and what is pending. There is one record per subject and
 * channel, however often the subject changes. Therefore the outbox needs no limit, and the last state is never lost.
 *
 * <p>The planner owns {@code pending}, except its due time after a failure. The lane owns the rest. Each change is a new revision.
 *
 * @param subject the incident or group
 * @param channel {@link NotificationChannel#name}
 * @param delivered what the channel shows
 * @param pending what it does not show yet; null if nothing is pending
 * @param attempts the attempts to deliver
 * @param placement whether the incident has messages of its own or is shown in a group; null before its first message, and for groups
 * @param revision increases by one with every change, for optimistic locking
 */
public record NotificationRecord(
        Subject subject,
        String channel,
        Delivered delivered,
        @Nullable Pending pending,
        Attempts attempts,
        @Nullable Placement placement,
        long revision) {
    /** Maximum length of {@link Attempts#error}; longer texts are cut. */
    public static final int MAX_ERROR = 500;

    /** Longer than any channel's timeout: a sender that has not recorded a result by then has crashed. */
    public static final Duration CLAIM_DURATION = Duration.ofMinutes(2);

    /**
     * What a channel shows.
     *
     * @param state the state in the last message that was delivered or skipped. It is also the state in which the incident closed in
     *     silence. {@link NotificationState#NONE} if there is none
     * @param count the count in it: alerts of an incident, incidents of a group; 0 if none was delivered
     * @param messages number of delivered messages
     * @param thread the channel's own reference to the thread; null if the channel has no threads or sent nothing
     * @param hash {@link NotificationContent#hash} of the last content that was delivered, skipped or given up; empty if there is none
     * @param nextCount a message is due when the count reaches this value
     * @param countNotBefore the earliest time of the next message that differs in the count only, in milliseconds since the epoch
     */
    public record Delivered(
            NotificationState state,
            long count,
            long messages,
            @Nullable String thread,
            String hash,
            long nextCount,
            long countNotBefore) {
        static final Delivered NOTHING = new Delivered(NotificationState.NONE, 0, 0, null, "", 1, 0);
    }

    /**
     * A message that is pending.
     *
     * @param hash {@link NotificationContent#hash} of what the channel must show
     * @param count the count that it must show
     * @param urgency {@link NotificationUrgency}, from 0, the most urgent
     * @param since the time since which a message is pending, in milliseconds since the epoch
     * @param due the earliest time of the next attempt, in milliseconds since the epoch. While a message is being sent: the time when
     *     its sender must have crashed. While it is silenced: the end of the silence
     * @param silence the silence that withholds the message; null for none
     */
    public record Pending(
            String hash,
            long count,
            int urgency,
            long since,
            long due,
            @Nullable String silence) {
        /** Returns this message with another due time. */
        Pending at(long dueMillis) {
            return new Pending(hash, count, urgency, since, dueMillis, silence);
        }
    }

    /**
     * The attempts to deliver.
     *
     * @param failed failed attempts at the pending message
     * @param error the reason for the last failure, without secrets; null if the last attempt did not fail
     * @param givenUp number of messages that were given up after {@link ChannelLane#MAX_ATTEMPTS} attempts or because the channel
     *     rejected them
     * @param inFlightSince the start of an attempt without a recorded result, in milliseconds since the epoch; 0 for none
     */
    public record Attempts(int failed, @Nullable String error, long givenUp, long inFlightSince) {
        static final Attempts NONE = new Attempts(0, null, 0, 0);
    }

    /**
     * Where a channel shows an incident.
     *
     * @param occasion the occasion on which {@link Grouping#place} decided
     * @param state the incident's state at that time
     * @param groups the groups that count the incident, the last joined at the end; at most {@link #MAX_GROUPS}, of which the first ones
     *     are dropped
     * @param own whether the incident has messages of its own; otherwise the last group shows it
     */
    public record Placement(String occasion, NotificationState state, List<String> groups, boolean own) {
        static final int MAX_GROUPS = 8;

        public Placement {
            groups = List.copyOf(groups);
        }

        /** Returns the placement after a decision for messages of its own. */
        static Placement own(@Nullable Placement before, NotificationState state) {
            return new Placement(state.occasion(), state, before == null ? List.of() : before.groups(), true);
        }

        /** Returns the placement after the incident has joined a group. */
        static Placement joined(@Nullable Placement before, NotificationState state, String groupId) {
            List<String> groups = new ArrayList<>(before == null ? List.of() : before.groups());
            groups.remove(groupId);
            groups.add(groupId);
            List<String> last = groups.subList(Math.max(0, groups.size() - MAX_GROUPS), groups.size());
            return new Placement(state.occasion(), state, last, false);
        }
    }

    /** The record of a channel that has not sent anything about a subject. */
    public static NotificationRecord initial(Subject subject, String channel) {
        return new NotificationRecord(subject, channel, Delivered.NOTHING, null, Attempts.NONE, null, 0);
    }

    /** The record of a channel that has not sent anything about an incident. */
    public static NotificationRecord initial(String incidentId, String channel) {
        return initial(Subject.incident(incidentId), channel);
    }

    /** The state in the last delivered message. */
    public NotificationState state() {
        return delivered.state();
    }

    /** The count in the last delivered message. */
    public long deliveredCount() {
        return delivered.count();
    }

    /** Number of delivered messages. */
    public long sent() {
        return delivered.messages();
    }

    /** The channel's reference to the thread; null for none. */
    public @Nullable String thread() {
        return delivered.thread();
    }

    /** Returns true if a sender has begun to send a message and not recorded its result. After a crash, it may have arrived. */
    public boolean inFlight() {
        return attempts.inFlightSince() > 0;
    }

    /** The time of the attempt that is {@link #inFlight}; the epoch if there is none. */
    public Instant inFlightSince() {
        return Instant.ofEpochMilli(attempts.inFlightSince());
    }

    /** The group that shows the incident instead of a message of its own; null for none. */
    public @Nullable String group() {
        return placement == null || placement.own() || placement.groups().isEmpty()
                ? null
                : placement.groups().getLast();
    }

    /** Returns this record with what a store keeps beside it: whose record it is, and its revision. */
    public NotificationRecord storedAs(Subject storedSubject, String storedChannel, long storedRevision) {
        return new NotificationRecord(
                storedSubject, storedChannel, delivered, pending, attempts, placement, storedRevision);
    }

    /** Rounds up to milliseconds: a message may be late, but never early. */
    static long millis(Instant time) {
        return time.plusNanos(999_999).toEpochMilli();
    }

    /** The record with another pending message, or with none. */
    NotificationRecord withPending(@Nullable Pending next) {
        Attempts kept = next == null ? new Attempts(0, attempts.error(), attempts.givenUp(), 0) : attempts;
        return new NotificationRecord(subject, channel, delivered, next, kept, placement, revision + 1);
    }

    /** The record while a message is being sent. The message stays pending until a result is recorded. */
    NotificationRecord claimed(NotificationContent content, @Nullable Placement placed, Instant now) {
        long due = millis(now.plus(CLAIM_DURATION));
        Pending claim = pending == null
                ? new Pending(content.hash(), content.count(), content.urgency(), millis(now), due, null)
                : new Pending(content.hash(), content.count(), pending.urgency(), pending.since(), due, null);
        Attempts sending = new Attempts(attempts.failed(), attempts.error(), attempts.givenUp(), millis(now));
        return new NotificationRecord(subject, channel, delivered, claim, sending, placed, revision + 1);
    }

    /** The record after a channel accepted a message. */
    NotificationRecord delivered(
            NotificationContent content,
            long nextCount,
            Duration updateInterval,
            @Nullable String newThread,
            Instant now) {
        Delivered shown = new Delivered(
                content.state(),
                content.count(),
                delivered.messages() + 1,
                newThread == null ? delivered.thread() : newThread,
                content.hash(),
                nextCount,
                millis(now.plus(updateInterval)));
        return settled(shown, new Attempts(0, null, attempts.givenUp(), 0), content, now);
    }

    /** The record after the channel decided that no message is necessary. */
    NotificationRecord skipped(NotificationContent content, long nextCount, Duration interval, Instant now) {
        Delivered shown = new Delivered(
                content.state(),
                delivered.count(),
                delivered.messages(),
                delivered.thread(),
                content.hash(),
                nextCount,
                isGroup() ? millis(now.plus(interval)) : delivered.countNotBefore());
        return settled(shown, new Attempts(0, null, attempts.givenUp(), 0), content, now);
    }

    /** The record of an incident that closed while it was silenced. Only a reopening is reported. */
    NotificationRecord overInSilence(NotificationContent content) {
        Delivered shown = new Delivered(
                content.state(),
                delivered.count(),
                delivered.messages(),
                delivered.thread(),
                content.hash(),
                NotificationChannel.NEVER,
                delivered.countNotBefore());
        return new NotificationRecord(subject, channel, shown, null, attempts, placement, revision + 1);
    }

    private boolean isGroup() {
        return subject.kind() == Subject.Kind.GROUP;
    }

    /** The record after a failed attempt that will be retried. */
    NotificationRecord failed(Instant retryAt, String reason, @Nullable String newThread) {
        Attempts next = new Attempts(attempts.failed() + 1, cut(reason), attempts.givenUp(), 0);
        return new NotificationRecord(
                subject,
                channel,
                withThread(newThread),
                pending == null ? null : pending.at(millis(retryAt)),
                next,
                placement,
                revision + 1);
    }

    /** The record after the last attempt. The message is given up until the subject changes. */
    NotificationRecord givenUp(NotificationContent content, long nextCount, String reason, Instant now) {
        int failed = attempts.failed() + 1;
        String error = "gave up after " + failed + (failed == 1 ? " attempt: " : " attempts: ") + reason;
        Delivered shown = new Delivered(
                delivered.state(),
                delivered.count(),
                delivered.messages(),
                delivered.thread(),
                content.hash(),
                nextCount,
                delivered.countNotBefore());
        return settled(shown, new Attempts(0, cut(error), attempts.givenUp() + 1, 0), content, now);
    }

    /** Returns whether the last message was given up, and nothing has been sent or become pending since. */
    boolean lost() {
        return pending == null && attempts.error() != null && !inFlight();
    }

    /** The record without what was given up, so that the subject differs from it again. */
    NotificationRecord withoutLost() {
        Delivered shown = new Delivered(
                delivered.state(),
                delivered.count(),
                delivered.messages(),
                delivered.thread(),
                "",
                delivered.nextCount(),
                delivered.countNotBefore());
        return new NotificationRecord(
                subject, channel, shown, null, new Attempts(0, null, attempts.givenUp(), 0), placement, revision + 1);
    }

    /** The record of an incident that a group shows. */
    NotificationRecord joined(NotificationContent content, Placement joined) {
        Delivered shown = new Delivered(
                delivered.state(),
                delivered.count(),
                delivered.messages(),
                delivered.thread(),
                content.hash(),
                delivered.nextCount(),
                delivered.countNotBefore());
        return new NotificationRecord(
                subject, channel, shown, null, new Attempts(0, null, attempts.givenUp(), 0), joined, revision + 1);
    }

    /** Keeps a pending message that the planner has changed while the previous one was sent. */
    private NotificationRecord settled(Delivered shown, Attempts done, NotificationContent content, Instant now) {
        Pending rest = pending;
        String sent = isGroup() ? NotificationContent.UNREAD_GROUP.hash() : content.hash();
        if (rest != null && !rest.hash().equals(sent)) {
            rest = rest.at(isGroup() ? Math.max(millis(now), shown.countNotBefore()) : millis(now));
        } else if (rest != null && rest.count() > content.count() && rest.count() >= shown.nextCount()) {
            rest = rest.at(Math.max(millis(now), shown.countNotBefore()));
        } else {
            rest = null;
        }
        return new NotificationRecord(subject, channel, shown, rest, done, placement, revision + 1);
    }

    private Delivered withThread(@Nullable String newThread) {
        return newThread == null
                ? delivered
                : new Delivered(
                        delivered.state(),
                        delivered.count(),
                        delivered.messages(),
                        newThread,
                        delivered.hash(),
                        delivered.nextCount(),
                        delivered.countNotBefore());
    }

    private static String cut(String reason) {
        return SafeText.wellFormed(TextLimit.cut(reason, MAX_ERROR));
    }
}
