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
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A store with one incident, {@code i}, and its notification records. The test sets the incident's count and state. */
public final class SingleIncidentStore implements IncidentStore, NotificationStore {
    public static final PlanStatusProvider PLAN_PREVIEW =
            new PlanStatusProvider(new PlanPreview(Planner.withDefaultPolicies())::preview);

    private final InMemoryNotificationStore records = new InMemoryNotificationStore();
    private @Nullable Incident incident;
    private @Nullable Instant openedAt;
    private int episode = 1;
    private IncidentState state = IncidentState.OPEN;
    private Priority priority = Priority.WARNING;

    /** Sets the count of the incident. */
    public void setCount(long count) {
        Incident created = incidentOf(AlertText.read(AlertText.shellInPod()), count);
        incident = new Incident(
                created.id(),
                created.fingerprint(),
                priority,
                count,
                0,
                created.firstSeenNanos(),
                created.lastSeenNanos(),
                openedAt == null ? created.openedAt() : openedAt,
                created.lastReceivedAt(),
                created.tactics(),
                new Lifecycle(state, 0, episode, null),
                created.enrichment(),
                created.foldedCauses(),
                created.doubts(),
                created.sample());
    }

    /** Sets when the current episode opened. */
    public void setOpenedAt(Instant time) {
        openedAt = time;
        setCount(incident == null ? 1 : incident.count());
    }

    /** Sets the state and the priority of the incident. A closed incident that opens is in its next episode. */
    public void update(IncidentState newState, Priority newPriority) {
        if (state == IncidentState.CLOSED && newState != IncidentState.CLOSED) {
            episode++;
        }
        state = newState;
        priority = newPriority;
        setCount(incident == null ? 1 : incident.count());
    }

    /** Returns a notification on a channel whose last record is given. */
    public static IncidentNotification notification(Incident incident, NotificationRecord previous) {
        Optional<ResponseStatus> response = PLAN_PREVIEW.statusOf(incident);
        return new IncidentNotification(
                incident,
                NotificationState.of(incident, response, Optional.empty()),
                response,
                previous,
                Instant.parse("2026-01-01T00:00:00Z"));
    }

    /** Returns the first notification on a channel. */
    public static IncidentNotification firstNotification(Incident incident) {
        return notification(incident, NotificationRecord.initial(incident.id(), "channel"));
    }

    /** Returns an incident of one alert with the given count. */
    public static Incident incidentOf(IdentifiedAlert identified, long count) {
        Alert alert = identified.alert();
        Enrichment enrichment = new Enricher("prod", AttackTechniques.load()).enrich(alert);
        Fingerprint fingerprint = Fingerprints.of(alert, enrichment.host());
        return new Incident(
                "i",
                fingerprint,
                alert.priority(),
                count,
                0,
                alert.timeNanos(),
                alert.timeNanos(),
                Instant.EPOCH,
                Instant.EPOCH,
                new TreeSet<>(enrichment.tactics()),
                Lifecycle.opened(),
                enrichment,
                0,
                new TreeSet<>(),
                List.of(identified.sampleDocument()));
    }

    @Override
    public Optional<NotificationRecord> findRecord(Subject subject, String channel) {
        return records.findRecord(subject, channel);
    }

    @Override
    public List<NotificationRecord> listRecords(Subject subject) {
        return records.listRecords(subject);
    }

    @Override
    public boolean replace(NotificationRecord next) {
        return records.replace(next);
    }

    @Override
    public List<Subject> findDue(String channel, Instant now, int limit) {
        return records.findDue(channel, now, limit);
    }

    @Override
    public Optional<Instant> nextDue(String channel) {
        return records.nextDue(channel);
    }

    @Override
    public Backlog backlog(String channel) {
        return records.backlog(channel);
    }

    @Override
    public Optional<Acknowledgement> acknowledgement(String incidentId) {
        return records.acknowledgement(incidentId);
    }

    @Override
    public void acknowledge(Acknowledgement acknowledgement) {
        records.acknowledge(acknowledgement);
    }

    @Override
    public Optional<Incident> find(String incidentId) {
        return Optional.ofNullable(incident).filter(stored -> stored.id().equals(incidentId));
    }

    @Override
    public RecordResult record(IncidentAlert alert, int maxOpen) {
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
    public OpenPage open(String cursor, Instant until, int limit) {
        return new OpenPage(List.of(), "");
    }

    @Override
    public List<Incident> quietSince(Instant time, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void recordHealth(String alertId, Alert alert, String document, boolean verified) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Incident> list(IncidentQuery query) {
        throw new UnsupportedOperationException();
    }
}
