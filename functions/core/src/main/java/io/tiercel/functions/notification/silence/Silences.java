package io.tiercel.functions.notification.silence;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.notification.SilenceScope;
import io.tiercel.functions.notification.silence.Silence.Source;
import io.tiercel.rules.text.TextLimit;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Creates, ends and lists silences on behalf of people. Every change is written to the audit log with the person, before it takes
 * effect. Without an audit log, {@link SilenceMaintenance} writes the entry within a minute.
 */
public final class Silences {
    private static final String SLACK_PREFIX = "slack-";
    private static final int ID_BYTES = 8;

    private final ActiveSilences active;
    private final @Nullable AuditLog audit;
    private final @Nullable IncidentEventPublisher publisher;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /**
     * Creates the service.
     *
     * @param audit the audit log; null in a process that cannot write it
     * @param publisher publishes the incidents of a silence that ends; null in a process that cannot, where the next maintenance does
     */
    public Silences(
            ActiveSilences active,
            @Nullable AuditLog audit,
            @Nullable IncidentEventPublisher publisher,
            InstantSource clock) {
        this.active = active;
        this.audit = audit;
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * Creates a silence.
     *
     * @param by the person, e.g. {@code http:alice}
     * @throws InvalidSilence if the request is invalid, or there are too many silences
     */
    public Silence add(SilenceRequest request, Source source, String by) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        Silence silence =
                request.create(HexFormat.of().formatHex(id), source, by, clock.instant(), SilenceRequest.MAX_DURATION);
        put(silence, null);
        return silence;
    }

    /**
     * Silences one incident from a message, until it becomes worse than the message showed. Replaces an earlier silence of this kind.
     *
     * @param incidentId lower-case hexadecimal digits
     * @param about the rule and workload, for the reason; longer texts are cut
     */
    public Silence addForIncident(String incidentId, String about, SilenceScope scope, Duration duration, String by) {
        Instant now = clock.instant();
        String reason = "from Slack: " + about;
        Silence silence = new SilenceRequest(
                        scope.condition(incidentId),
                        TextLimit.cut(reason, Silence.MAX_REASON),
                        by,
                        now.plus(duration),
                        false)
                .create(SLACK_PREFIX + incidentId, Source.SLACK, by, now, SilenceRequest.MAX_DURATION);
        put(silence, incidentId);
        return silence;
    }

    private void put(Silence silence, @Nullable String incidentId) {
        if (audit != null) {
            audit.append(created(silence, incidentId));
        }
        active.store().put(silence, audit != null, clock.instant());
        active.refresh();
    }

    /**
     * Ends a silence and publishes its incidents.
     *
     * @param by the person; cut to {@link Silence#MAX_OWNER} characters
     * @return the silence; empty if no active silence has this id
     * @throws InvalidSilence if it is in the notification file
     */
    public Optional<Silence> end(String id, String by) {
        if (active.inFile(id)) {
            throw new InvalidSilence(
                    "id", "the silence is in the notification file", "remove it there and restart the functions");
        }
        String person = SafeText.oneLine(TextLimit.cut(by, Silence.MAX_OWNER));
        Instant now = clock.instant();
        Optional<Silence> found = active.store().active(now).stream()
                .filter(silence -> silence.id().equals(id))
                .findFirst();
        if (found.isEmpty()) {
            return found;
        }
        if (audit != null) {
            audit.append(ended(found.get(), person, now));
        }
        active.store().end(id, person, audit != null, now);
        active.refresh();
        publish(id, now);
        return found;
    }

    private void publish(String id, Instant now) {
        active.incidents().flush();
        if (publisher != null) {
            String change = "silence-ended-" + id + "-" + now.toEpochMilli();
            active.incidents().find(id).incidents().forEach(incident -> publisher.publish(incident, change));
        }
        // Once more when no process has the silence in its cache.
        active.incidents().reschedule(id, now.plus(ActiveSilences.MAX_AGE.multipliedBy(2)));
    }

    /** Returns all silences that have not ended, those that end last first. */
    public List<SilenceStatus> list() {
        return active.list();
    }

    /** Returns the silences that have ended and are still stored, those that ended last first. */
    public List<Silence> ended() {
        return active.ended();
    }

    static AuditEntry created(Silence silence, @Nullable String incidentId) {
        return AuditEntry.decision(
                silence.created(),
                silence.createdBy(),
                incidentId,
                "silences notifications",
                Map.of(
                        "silence", silence.id(),
                        "when", silence.when(),
                        "reason", silence.reason(),
                        "owner", silence.owner(),
                        "until", silence.until().toString()));
    }

    static AuditEntry ended(Silence silence, String by, Instant at) {
        return AuditEntry.decision(
                at,
                by,
                silence.id().startsWith(SLACK_PREFIX) ? silence.id().substring(SLACK_PREFIX.length()) : null,
                "ends a silence",
                Map.of("silence", silence.id(), "when", silence.when()));
    }
}
