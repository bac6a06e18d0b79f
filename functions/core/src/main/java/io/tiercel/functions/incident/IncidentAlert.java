package io.tiercel.functions.incident;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.TargetConfirmations;
import io.tiercel.functions.intake.FutureTimes;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.text.TextLimit;
import java.util.List;
import java.util.stream.Stream;

/**
 * An alert with everything that a store needs to open or update its incident.
 *
 * @param alertId id of the alert, scoped by its verified sender ({@link io.tiercel.functions.identity.Sender#scoped}); different
 *     alerts have different ids
 * @param alert the alert
 * @param document the alert as JSON of at most {@link IdentifiedAlert#SAMPLE_LIMIT} characters; longer texts are truncated
 * @param fingerprint its cause
 * @param enrichment facts that the alert itself does not contain
 */
public record IncidentAlert(
        String alertId, Alert alert, String document, Fingerprint fingerprint, Enrichment enrichment) {
    private static final int MAX_DOUBT = 300;
    private static final String CLOCK_AHEAD =
            "the clock of the sender is more than a day ahead; times were replaced by the time of arrival";
    private static final long MAX_AGGREGATED = 1_000_000_000;

    /** Returns the alert as it is counted in the incident of further causes. */
    public IncidentAlert folded() {
        return new IncidentAlert(alertId, alert, document, fingerprint.others(verified()), enrichment);
    }

    /**
     * Returns how many alerts this one stands for, 1 to 1,000,000,000. The sensor aggregates equal alerts into one. Only verified senders are
     * believed: the number of an unverified one is a claim that anybody can make, so its alert counts once.
     */
    public long count() {
        return verified() && alert.outputFields().get("tiercel.count") instanceof Long count
                ? Math.clamp(count, 1, MAX_AGGREGATED)
                : 1;
    }

    /** Returns whether the sender is verified. */
    public boolean verified() {
        return enrichment.sender().verified();
    }

    /** Returns {@link #count} for verified senders, else 0. */
    public long verifiedCount() {
        return verified() ? count() : 0;
    }

    /** Returns the contradictions between the alert, its verified sender, the sources and the clock, each on one line. */
    public List<String> doubts() {
        return verified()
                ? Stream.concat(
                                TargetConfirmations.of(enrichment).doubts().stream(),
                                FutureTimes.marked(alert) ? Stream.of(CLOCK_AHEAD) : Stream.empty())
                        .map(doubt -> TextLimit.cut(SafeText.oneLine(doubt), MAX_DOUBT, "..."))
                        .distinct()
                        .toList()
                : List.of();
    }

    /**
     * Returns whether this alert reopens a closed incident. The first verified alert always does: a person who closed the
     * incident before knew only alerts that anybody could have sent.
     *
     * @param closedUntilNanos {@link IncidentClosure#untilNanos}
     * @param verifiedBefore number of verified alerts of the incident without this one
     */
    public boolean reopens(long closedUntilNanos, long verifiedBefore) {
        return lastNanos() > closedUntilNanos || verified() && verifiedBefore == 0;
    }

    /** Returns the time of the last aggregated event, nanoseconds since the epoch. The alert's own time is that of the first. */
    public long lastNanos() {
        return count() > 1 && alert.outputFields().get("tiercel.last_time") instanceof Long last
                ? Math.max(last, alert.timeNanos())
                : alert.timeNanos();
    }
}
