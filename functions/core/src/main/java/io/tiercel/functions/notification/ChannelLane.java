package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.NotificationRecord.Pending;
import io.tiercel.functions.notification.NotificationRecord.Placement;
import io.tiercel.functions.retry.Pause;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the pending messages of one channel, the most urgent first. A message is claimed before it is sent, and the claim expires if
 * its sender crashes. Therefore any number of lanes of one channel may run, in any number of processes.
 *
 * <p>Failed messages are retried with backoff and given up after {@value #MAX_ATTEMPTS} attempts, until the subject changes. A message that
 * cannot be built counts as failed, and does not stop the others.
 */
public final class ChannelLane {
    /** Attempts at one message, over about twenty minutes. */
    public static final int MAX_ATTEMPTS = 12;

    /** The longest delay that a channel may request. */
    static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

    /** How long a lane waits if nothing is pending, unless it is woken. */
    public static final Duration IDLE = Duration.ofSeconds(5);

    /** How long a lane works on what it has found before it looks for more urgent messages. */
    private static final Duration PAGE_TIME = Duration.ofMillis(500);

    /** The pause after a search whose results others have delivered already. */
    private static final Duration STALE = Duration.ofMillis(500);

    private static final int PAGE = 50;
    private static final int MAX_RESULT_ATTEMPTS = 20;

    private static final Logger LOG = System.getLogger(ChannelLane.class.getName());

    private final NotificationChannel channel;
    private final IncidentContents contents;
    private final NotificationStore records;
    private final NotificationComparison comparison;
    private final Grouping grouping;
    private final NotificationPlanner planner;
    private final ChannelPace pace;
    private final NotificationMetrics metrics;
    private final InstantSource clock;

    ChannelLane(
            NotificationChannel channel,
            IncidentContents contents,
            NotificationStore records,
            NotificationComparison comparison,
            Grouping grouping,
            NotificationPlanner planner,
            ChannelPace pace,
            NotificationMetrics metrics,
            InstantSource clock) {
        this.channel = channel;
        this.contents = contents;
        this.records = records;
        this.comparison = comparison;
        this.grouping = grouping;
        this.planner = planner;
        this.pace = pace;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** The channel's name. */
    public String name() {
        return channel.name();
    }

    /** What an attempt has come to. */
    private sealed interface Outcome {
        /** Nothing was to be sent. */
        record Unchanged() implements Outcome {}

        /** The record was updated without a message. */
        record Settled() implements Outcome {}

        /** The channel was called. */
        record Attempted() implements Outcome {}

        /** The channel accepts nothing before a time. */
        record Blocked(Instant until) implements Outcome {}
    }

    /**
     * Works until a deadline, and sleeps in between until the next message is due. Returns early if nothing is due for some time.
     *
     * @param first a subject to try first, whose message a store may not find yet; null for none
     * @param deadline the last time at which a message may be started
     * @param patience how long to sleep at most for the next message
     * @throws StoreUnavailable if a store fails; call it again
     */
    public void run(@Nullable Subject first, Instant deadline, Duration patience, Pause pause) {
        if (first != null && clock.instant().isBefore(deadline)) {
            attempt(first);
        }
        for (Instant now = clock.instant(); now.isBefore(deadline); now = clock.instant()) {
            Instant next = runOnce();
            Instant after = clock.instant();
            if (next.isAfter(after.plus(patience)) || !next.isBefore(deadline)) {
                return;
            }
            if (next.isAfter(after)) {
                pause.pause(Duration.between(after, next));
            }
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    /**
     * Delivers due messages, for about half a second.
     *
     * @return the time at which to continue, unless something changes earlier: the current time if more is due, and at most {@link #IDLE}
     *     later
     * @throws StoreUnavailable if a store fails; call it again
     */
    public Instant runOnce() {
        Instant start = clock.instant();
        List<Subject> due = records.findDue(channel.name(), start, PAGE);
        boolean progress = false;
        for (Subject subject : due) {
            Outcome outcome = attempt(subject);
            switch (outcome) {
                case Outcome.Unchanged ignored -> {}
                case Outcome.Settled ignored -> progress = true;
                case Outcome.Attempted ignored -> progress = true;
                case Outcome.Blocked(Instant until) -> {
                    return earlier(until, clock.instant().plus(IDLE));
                }
            }
            if (progress && clock.instant().isAfter(start.plus(PAGE_TIME))) {
                return clock.instant();
            }
        }
        Instant now = clock.instant();
        if (progress) {
            return now;
        }
        Instant idle = now.plus(IDLE);
        return records.nextDue(channel.name())
                .map(next -> next.isAfter(now) ? earlier(next, idle) : now.plus(STALE))
                .orElse(idle);
    }

    private Outcome attempt(Subject subject) {
        Optional<NotificationRecord> found = records.findRecord(subject, channel.name());
        Instant now = clock.instant();
        if (found.isEmpty() || !isDue(found.get(), now)) {
            return new Outcome.Unchanged();
        }
        try {
            return switch (subject.kind()) {
                case INCIDENT -> attemptIncident(found.get(), now);
                case GROUP -> attemptGroup(found.get(), now);
            };
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            return unbuildable(found.get(), e);
        }
    }

    private static boolean isDue(NotificationRecord record, Instant now) {
        Instant due = NotificationComparison.due(record);
        return due != null && !now.isBefore(due);
    }

    /** Counts a message that cannot be built as failed, so that it is given up in the end. */
    private Outcome unbuildable(NotificationRecord record, RuntimeException e) {
        String reason = "the message cannot be built: " + e.getClass().getSimpleName();
        LOG.log(Level.WARNING, () -> channel.name() + ": " + record.subject().key() + ": " + reason, e);
        int failed = record.attempts().failed() + 1;
        Instant now = clock.instant();
        Pending pending = Objects.requireNonNull(record.pending());
        NotificationContent content =
                new NotificationContent(record.state(), record.deliveredCount(), pending.hash(), pending.urgency());
        boolean stored = store(
                record,
                current -> failed < MAX_ATTEMPTS
                        ? current.failed(now.plus(ChannelPace.BACKOFF.delay(failed)), reason, null)
                        : current.givenUp(content, channel.nextCount(pending.count()), reason, now));
        if (stored) {
            failed(record.subject(), failed >= MAX_ATTEMPTS, reason, now);
        }
        return new Outcome.Settled();
    }

    private Outcome attemptIncident(NotificationRecord record, Instant now) {
        Optional<IncidentContents.Loaded> found = contents.load(record.subject().id());
        if (found.isEmpty()) {
            return replaced(record.withPending(null));
        }
        IncidentContents.Loaded loaded = found.get();
        NotificationContent content = loaded.content();
        // A claim that has expired says nothing about what the channel shows.
        NotificationRecord next = comparison.compare(record, loaded.incident(), content, now);
        if (!isDue(next, now) || NotificationComparison.isSilenced(next)) {
            return next == record ? new Outcome.Unchanged() : replaced(next);
        }
        Placement placement = record.placement();
        if (placement == null || content.state().episode() > placement.state().episode() || !placement.own()) {
            NotificationState state = content.state();
            switch (grouping.place(channel.name(), loaded.incident(), state.occasion(), placement != null, now)) {
                case Grouping.Place.Joined(String groupId) -> {
                    // The group first: if this process ends in between, the incident is placed again, with the same
                    // result.
                    planner.groupChanged(channel.name(), groupId, content.urgency());
                    return replaced(record.joined(content, Placement.joined(placement, state, groupId)));
                }
                case Grouping.Place.Individual ignored -> placement = Placement.own(placement, state);
            }
        }
        return send(
                record,
                content,
                placement,
                previous -> channel.send(new IncidentNotification(
                        loaded.incident(), content.state(), loaded.response(), previous, now)));
    }

    /**
     * Claims the message before it reads the group: an incident that joins afterwards marks the message as pending again, and is not
     * forgotten. Reading a group takes time for each of its incidents, so this happens at most once per {@link
     * NotificationChannel#groupInterval}.
     */
    private Outcome attemptGroup(NotificationRecord record, Instant now) {
        ChannelPace.Reservation reserved = pace.reserve(channel.sendInterval(), now);
        if (reserved.blockedUntil().isPresent()) {
            return new Outcome.Blocked(reserved.blockedUntil().get());
        }
        NotificationRecord claimed = record.claimed(NotificationContent.UNREAD_GROUP, null, now);
        if (!records.replace(claimed)) {
            pace.release(reserved);
            return new Outcome.Unchanged();
        }
        try {
            return sendGroup(record, claimed, reserved, now);
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            pace.release(reserved);
            return unbuildable(claimed, e);
        }
    }

    private Outcome sendGroup(
            NotificationRecord record, NotificationRecord claimed, ChannelPace.Reservation reserved, Instant now) {
        Optional<GroupSummary> found = grouping.summary(record.subject().id());
        if (found.isEmpty()) {
            store(claimed, current -> current.withPending(null));
            pace.release(reserved);
            return new Outcome.Settled();
        }
        GroupSummary group = found.get();
        NotificationContent content = NotificationContent.of(group, edits());
        if (!NotificationComparison.differs(record, content)) {
            recordResult(claimed, content, new DeliveryResult.Skipped(), reserved);
            return new Outcome.Settled();
        }
        recordResult(
                claimed,
                content,
                call(record, previous -> channel.sendGroup(new GroupNotification(group, previous, now))),
                reserved);
        return new Outcome.Attempted();
    }

    private boolean edits() {
        return channel.nextCount(1) == 2;
    }

    private Outcome replaced(NotificationRecord next) {
        return records.replace(next) ? new Outcome.Settled() : new Outcome.Unchanged();
    }

    private Outcome send(
            NotificationRecord record,
            NotificationContent content,
            @Nullable Placement placement,
            Function<NotificationRecord, DeliveryResult> sending) {
        ChannelPace.Reservation reserved = pace.reserve(channel.sendInterval(), clock.instant());
        if (reserved.blockedUntil().isPresent()) {
            return new Outcome.Blocked(reserved.blockedUntil().get());
        }
        NotificationRecord claimed = record.claimed(content, placement, clock.instant());
        if (!records.replace(claimed)) {
            pace.release(reserved);
            return new Outcome.Unchanged();
        }
        recordResult(claimed, content, call(record, sending), reserved);
        return new Outcome.Attempted();
    }

    private DeliveryResult call(NotificationRecord record, Function<NotificationRecord, DeliveryResult> sending) {
        try {
            return sending.apply(record);
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    () -> channel.name() + ": " + record.subject().key() + " cannot be sent",
                    e);
            return new DeliveryResult.Retry(
                    Duration.ZERO, "could not send: " + e.getClass().getSimpleName());
        }
    }

    private void recordResult(
            NotificationRecord claimed,
            NotificationContent content,
            DeliveryResult result,
            ChannelPace.Reservation reserved) {
        Instant now = clock.instant();
        int failed = claimed.attempts().failed() + 1;
        long nextCount = channel.nextCount(content.count());
        Duration interval =
                claimed.subject().kind() == Subject.Kind.GROUP ? channel.groupInterval() : channel.updateInterval();
        switch (result) {
            case DeliveryResult.Sent(String thread) -> {
                store(claimed, record -> record.delivered(content, nextCount, interval, thread, now));
                NotificationMetrics.Problem ended = metrics.delivered(channel.name());
                if (ended != null) {
                    LOG.log(
                            Level.INFO,
                            () -> "channel " + channel.name() + " works again; it lost " + ended.givenUp()
                                    + " messages since " + ended.since() + ". \"tiercel notifications resend "
                                    + channel.name()
                                    + "\" sends those about open incidents");
                }
                pace.succeeded(channel.sendInterval(), now);
            }
            case DeliveryResult.Skipped() -> {
                store(claimed, record -> record.skipped(content, nextCount, interval, now));
                pace.release(reserved);
            }
            case DeliveryResult.Retry(Duration after, String reason, String thread) -> {
                Duration requested = after.compareTo(MAX_RETRY_AFTER) < 0 ? after : MAX_RETRY_AFTER;
                Duration backoff = ChannelPace.BACKOFF.delay(failed);
                Instant retryAt = now.plus(backoff.compareTo(requested) > 0 ? backoff : requested);
                store(
                        claimed,
                        record -> failed >= MAX_ATTEMPTS
                                ? record.givenUp(content, nextCount, reason, now)
                                : record.failed(retryAt, reason, thread));
                failed(claimed.subject(), failed >= MAX_ATTEMPTS, reason, now);
                pace.failed(claimed.subject(), requested, now);
            }
            case DeliveryResult.Rejected(String reason) -> {
                store(claimed, record -> record.givenUp(content, nextCount, reason, now));
                failed(claimed.subject(), true, reason, now);
                pace.succeeded(channel.sendInterval(), now);
            }
        }
    }

    /**
     * Records a result. The planner may have changed what is pending since the claim; both changes count.
     *
     * @return whether the result was recorded
     */
    private boolean store(NotificationRecord claimed, Function<NotificationRecord, NotificationRecord> result) {
        NotificationRecord current = claimed;
        for (int attempt = 0; attempt < MAX_RESULT_ATTEMPTS; attempt++) {
            if (records.replace(result.apply(current))) {
                return true;
            }
            Optional<NotificationRecord> read = records.findRecord(claimed.subject(), channel.name());
            // After an expired claim, another sender is responsible.
            if (read.isEmpty()
                    || read.get().attempts().inFlightSince()
                            != claimed.attempts().inFlightSince()) {
                return false;
            }
            current = read.get();
        }
        return false;
    }

    /** Counts a failure. A message that is given up is logged, and planned again, because another channel may take over. */
    private void failed(Subject subject, boolean givenUp, String reason, Instant now) {
        metrics.failed(channel.name());
        if (!givenUp) {
            return;
        }
        if (metrics.givenUp(channel.name(), reason, now)) {
            LOG.log(
                    Level.ERROR,
                    () -> "channel " + channel.name() + " loses messages, such as the one about " + subject.key() + ": "
                            + SafeText.oneLine(reason) + "; further losses are logged once a minute");
        }
        if (subject.kind() == Subject.Kind.INCIDENT) {
            planner.plan(subject.id());
        }
    }

    /**
     * Sends a test message and its resolution, outside the outbox and the channel's pace.
     *
     * @return the result of the message; that of the resolution if the channel accepted the message only
     */
    public DeliveryResult sendTest() {
        Instant now = clock.instant();
        Incident open = TestIncident.of(channel.name(), now, null);
        NotificationRecord record = NotificationRecord.initial(open.id(), channel.name());
        DeliveryResult opened = test(record, open, now);
        if (!(opened instanceof DeliveryResult.Sent(String thread))) {
            return opened;
        }
        NotificationContent shown = NotificationContent.of(open, state(open), Optional.empty());
        Incident closed =
                TestIncident.of(channel.name(), now, new IncidentClosure(now, "operator", open.lastSeenNanos()));
        DeliveryResult resolved =
                test(record.delivered(shown, NotificationChannel.NEVER, Duration.ZERO, thread, now), closed, now);
        return resolved instanceof DeliveryResult.Skipped ? opened : resolved;
    }

    private DeliveryResult test(NotificationRecord record, Incident incident, Instant now) {
        return call(
                record,
                previous -> channel.send(
                        new IncidentNotification(incident, state(incident), Optional.empty(), previous, now)));
    }

    private static NotificationState state(Incident incident) {
        return NotificationState.of(incident, Optional.empty(), Optional.empty());
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
