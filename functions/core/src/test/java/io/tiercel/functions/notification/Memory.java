package io.tiercel.functions.notification;

import io.tiercel.functions.AlertText;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Fingerprints;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.planning.PlanPreview;
import io.tiercel.functions.respond.Planner;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One incident, {@code i}, whose count the test sets, and what was announced about it. */
final class Memory implements IncidentStore, AnnouncementStore {
    static final PlannedResponse FORESEEN =
            new PlannedResponse(new PlanPreview(Planner.withDefaultPolicies())::preview);

    private final Map<String, Announcement> announcements = new HashMap<>();
    private @Nullable Incident incident;
    private @Nullable Acknowledgement care;
    private IncidentState state = IncidentState.OPEN;
    private Priority priority = Priority.WARNING;

    void count(long count) {
        Incident read = incident(AlertText.read(AlertText.shellInPod()), count);
        incident = new Incident(
                read.id(),
                read.fingerprint(),
                priority,
                count,
                read.firstSeenNanos(),
                read.lastSeenNanos(),
                read.lastReceivedAt(),
                read.tactics(),
                new Lifecycle(state, 0, 1, null),
                read.enrichment(),
                read.sample());
    }

    void now(IncidentState newState, Priority newPriority) {
        state = newState;
        priority = newPriority;
        count(incident == null ? 1 : incident.count());
    }

    /** What there is to tell a channel that has told {@code last}. */
    static Notice notice(Incident incident, Announcement last) {
        Optional<ResponseStatus> response = FORESEEN.of(incident);
        return new Notice(
                incident,
                Situation.of(incident, response, Optional.empty()),
                response,
                last,
                Instant.parse("2026-01-01T00:00:00Z"));
    }

    /** What there is to tell a channel that has told nothing. */
    static Notice first(Incident incident) {
        return notice(incident, Announcement.none(incident.id(), "channel"));
    }

    static Incident incident(IdentifiedAlert read, long count) {
        Alert alert = read.alert();
        Enrichment enrichment = new Enricher("prod", AttackTechniques.load()).enrich(alert);
        Fingerprint cause = Fingerprints.of(alert, enrichment.host());
        return new Incident(
                "i",
                cause,
                alert.priority(),
                count,
                alert.timeNanos(),
                alert.timeNanos(),
                Instant.EPOCH,
                new TreeSet<>(enrichment.tactics()),
                Lifecycle.opened(),
                enrichment,
                List.of(read.sampleDocument()));
    }

    @Override
    public Optional<Announcement> announcement(String incidentId, String channel) {
        return Optional.ofNullable(announcements.get(channel));
    }

    @Override
    public List<Announcement> announcements(String incidentId) {
        return List.copyOf(announcements.values());
    }

    @Override
    public boolean replace(Announcement next) {
        Announcement last = announcements.get(next.channel());
        if (next.revision() != (last == null ? 1 : last.revision() + 1)) {
            return false;
        }
        announcements.put(next.channel(), next);
        return true;
    }

    @Override
    public Optional<Acknowledgement> acknowledgement(String incidentId) {
        return Optional.ofNullable(care);
    }

    @Override
    public void acknowledge(Acknowledgement acknowledgement) {
        care = acknowledgement;
    }

    @Override
    public List<String> owing(String channel, Instant now, int limit) {
        return incident == null ? List.of() : List.of(incident.id());
    }

    @Override
    public Optional<Incident> find(String incidentId) {
        return Optional.ofNullable(incident);
    }

    @Override
    public RecordResult record(IncidentAlert incidentAlert) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void markAudited(String incidentId, int escalation, int episode) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean close(Incident seen, IncidentClosure closing) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Incident> quietSince(Instant time, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void recordHealth(String alertId, Alert alert, String document) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Incident> list(IncidentQuery query) {
        throw new UnsupportedOperationException();
    }
}
