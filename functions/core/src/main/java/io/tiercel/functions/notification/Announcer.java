package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Pays what the channels owe: keeps that a message is being sent, sends it, keeps what became of it; backs off and at last
 * gives up on failure. Of several announcers, in any number of processes, one sends a message and the others let it.
 */
public final class Announcer {
    /** Attempts at one message, about twenty minutes of them; afterwards the next due count or change is waited for. */
    public static final int MAX_ATTEMPTS = 12;

    static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
    static final Duration LAST_BACK_OFF = Duration.ofMinutes(5);
    static final Duration LONGEST_WISH = Duration.ofHours(1);

    /** Longer than any notifier takes, so that whoever has not said until then what became of a message is dead. */
    static final Duration SENDING = Duration.ofMinutes(2);

    private final IncidentStore incidents;
    private final AnnouncementStore announcements;
    private final ResponseBoard responses;
    private final Routing routing;
    private final List<Notifier> notifiers;
    private final InstantSource clock;

    public Announcer(
            IncidentStore incidents,
            AnnouncementStore announcements,
            ResponseBoard responses,
            Routing routing,
            List<? extends Notifier> notifiers,
            InstantSource clock) {
        this.incidents = incidents;
        this.announcements = announcements;
        this.responses = responses;
        this.routing = routing;
        this.notifiers = List.copyOf(notifiers);
        this.clock = clock;
    }

    /** The channels. */
    public List<Notifier> notifiers() {
        return notifiers;
    }

    /** Sends what every channel owes about one incident and may send now. To be called after every change of it. */
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

    /** Sends what one channel owes about one incident and may send now. */
    public Round announce(Notifier notifier, String incidentId) {
        Instant now = clock.instant();
        Announcement last = announcements
                .announcement(incidentId, notifier.channel())
                .orElseGet(() -> Announcement.none(incidentId, notifier.channel()));
        Optional<Incident> found = incidents.find(incidentId);
        if (found.isEmpty() || last.held() && now.isBefore(last.notBefore())) {
            return Round.NOTHING;
        }
        Incident incident = found.get();
        Optional<ResponseStatus> response = responses.of(incident);
        Situation situation = Situation.of(incident, response, announcements.acknowledgement(incidentId));
        boolean grown = incident.count() >= last.owedFrom() && !now.isBefore(last.notBefore());
        if (!grown && situation.equals(last.situation())) {
            return Round.NOTHING;
        }
        Announcement claimed = last.claimed(now.plus(SENDING));
        if (!announcements.replace(claimed)) {
            return Round.NOTHING;
        }
        // Whoever was told of an incident is told how it ends, wherever it would be routed by then.
        if (last.sent() == 0 && !routing.routes(incident, notifier.channel())) {
            announcements.replace(claimed.settled(PowersOfTen.after(incident.count()), situation));
            return Round.NOTHING;
        }
        Delivery delivery;
        try {
            delivery = notifier.send(new Notice(incident, situation, response, last, now));
        } catch (RuntimeException e) {
            announcements.replace(claimed.failed(
                    now.plus(FIRST_BACK_OFF), "could not begin: " + e.getClass().getSimpleName(), null));
            throw e;
        }
        return settle(notifier, claimed, delivery, incident.count(), situation);
    }

    private Round settle(Notifier notifier, Announcement claimed, Delivery delivery, long count, Situation situation) {
        Instant now = clock.instant();
        return switch (delivery) {
            case Delivery.Sent(String thread) -> {
                announcements.replace(
                        claimed.told(count, notifier.nextCount(count), now.plus(notifier.pause()), situation, thread));
                yield new Round(1, 0, notifier.pace());
            }
            case Delivery.Unneeded() -> {
                announcements.replace(claimed.settled(notifier.nextCount(count), situation));
                yield Round.NOTHING;
            }
            case Delivery.Later(Duration after, String reason, String thread) -> {
                int attempts = claimed.attempts() + 1;
                Duration wish = shorter(after, LONGEST_WISH);
                announcements.replace(
                        attempts >= MAX_ATTEMPTS
                                ? claimed.givenUp(notifier.nextCount(count), situation, reason)
                                : claimed.failed(now.plus(longer(backOff(attempts), wish)), reason, thread));
                yield new Round(0, 1, longer(FIRST_BACK_OFF, wish));
            }
            case Delivery.Refused(String reason) -> {
                announcements.replace(claimed.givenUp(notifier.nextCount(count), situation, reason));
                yield new Round(0, 1, notifier.pace());
            }
        };
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
