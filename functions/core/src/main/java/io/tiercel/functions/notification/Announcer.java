package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Pays what the channels owe: sends the message, then keeps that it was sent; backs off and at last gives up on failure. */
public final class Announcer {
    /** Attempts at one message, about twenty minutes of them; afterwards the next due count is waited for. */
    public static final int MAX_ATTEMPTS = 12;

    static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
    static final Duration LAST_BACK_OFF = Duration.ofMinutes(5);
    static final Duration LONGEST_WISH = Duration.ofHours(1);

    private final IncidentStore incidents;
    private final AnnouncementStore announcements;
    private final List<Notifier> notifiers;
    private final InstantSource clock;

    public Announcer(
            IncidentStore incidents,
            AnnouncementStore announcements,
            List<? extends Notifier> notifiers,
            InstantSource clock) {
        this.incidents = incidents;
        this.announcements = announcements;
        this.notifiers = List.copyOf(notifiers);
        this.clock = clock;
    }

    /** The channels. */
    public List<Notifier> notifiers() {
        return notifiers;
    }

    /** Sends what every channel owes about one incident and may send now. */
    public Round announce(String incidentId) {
        Round total = Round.NOTHING;
        for (Notifier notifier : notifiers) {
            total = total.plus(announce(notifier, incidentId));
        }
        return total;
    }

    /** Sends what every channel owes about any incident and may send now, at most {@code limit} messages each. */
    public Round announceDue(int limit) {
        Round total = Round.NOTHING;
        for (Notifier notifier : notifiers) {
            total = total.plus(announceDue(notifier, limit));
        }
        return total;
    }

    /** Sends what one channel owes and may send now, at most {@code limit} messages; stops where the channel fails. */
    public Round announceDue(Notifier notifier, int limit) {
        Round total = Round.NOTHING;
        for (String incidentId : announcements.owing(notifier.channel(), clock.instant(), limit)) {
            total = total.plus(announce(notifier, incidentId));
            if (total.hold().isPositive()) {
                break;
            }
        }
        return total;
    }

    private Round announce(Notifier notifier, String incidentId) {
        Instant now = clock.instant();
        Announcement last = announcements
                .announcement(incidentId, notifier.channel())
                .orElseGet(() -> Announcement.none(incidentId, notifier.channel()));
        if (now.isBefore(last.notBefore())) {
            return Round.NOTHING;
        }
        Optional<Incident> incident = incidents.find(incidentId);
        if (incident.isEmpty() || incident.get().count() < last.owedFrom()) {
            return Round.NOTHING;
        }
        long count = incident.get().count();
        return switch (notifier.send(incident.get(), last.announcedCount())) {
            case Delivery.Sent() -> {
                announcements.save(new Announcement(
                        incidentId,
                        notifier.channel(),
                        count,
                        notifier.nextCount(count),
                        now.plus(notifier.pause()),
                        0,
                        last.sent() + 1,
                        null));
                yield new Round(1, 0, notifier.pace());
            }
            case Delivery.Later(Duration after, String reason) -> {
                int attempts = last.attempts() + 1;
                Duration wait = longer(backOff(attempts), shorter(after, LONGEST_WISH));
                announcements.save(
                        attempts >= MAX_ATTEMPTS
                                ? givenUp(notifier, last, count, attempts, reason)
                                : new Announcement(
                                        incidentId,
                                        notifier.channel(),
                                        last.announcedCount(),
                                        last.owedFrom(),
                                        now.plus(wait),
                                        attempts,
                                        last.sent(),
                                        reason));
                yield new Round(0, 1, longer(FIRST_BACK_OFF, shorter(after, LONGEST_WISH)));
            }
            case Delivery.Refused(String reason) -> {
                announcements.save(givenUp(notifier, last, count, last.attempts() + 1, reason));
                yield new Round(0, 1, notifier.pace());
            }
        };
    }

    private static Announcement givenUp(Notifier notifier, Announcement last, long count, int attempts, String reason) {
        return new Announcement(
                last.incidentId(),
                last.channel(),
                last.announcedCount(),
                notifier.nextCount(count),
                last.notBefore(),
                0,
                last.sent(),
                "gave up after " + attempts + (attempts == 1 ? " attempt: " : " attempts: ") + reason);
    }

    private static Duration backOff(int attempts) {
        return shorter(FIRST_BACK_OFF.multipliedBy(1L << Math.min(attempts - 1, 20)), LAST_BACK_OFF);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    /**
     * What sending did.
     *
     * @param sent messages taken by a channel
     * @param failed attempts that failed, to be repeated or not
     * @param hold how long the channel wants to hear nothing; zero if it does not mind
     */
    public record Round(int sent, int failed, Duration hold) {
        static final Round NOTHING = new Round(0, 0, Duration.ZERO);

        Round plus(Round other) {
            return new Round(sent + other.sent, failed + other.failed, longer(hold, other.hold));
        }
    }
}
