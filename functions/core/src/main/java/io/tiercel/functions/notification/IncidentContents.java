package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.StoreUnavailable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** Loads what messages about an incident show. */
final class IncidentContents {
    private static final Logger LOG = System.getLogger(IncidentContents.class.getName());

    private final IncidentStore incidents;
    private final NotificationStore records;
    private final ResponseStatusProvider responses;

    IncidentContents(IncidentStore incidents, NotificationStore records, ResponseStatusProvider responses) {
        this.incidents = incidents;
        this.records = records;
        this.responses = responses;
    }

    /**
     * Everything that a message about an incident shows.
     *
     * @param incident the incident
     * @param response the status of the response; empty if there is none
     * @param content the content to compare
     */
    record Loaded(Incident incident, Optional<ResponseStatus> response, NotificationContent content) {}

    /** Loads an incident; empty if it does not exist or has expired. */
    Optional<Loaded> load(String incidentId) {
        return incidents.find(incidentId).map(this::loaded);
    }

    private Loaded loaded(Incident incident) {
        Optional<ResponseStatus> response = status(incident);
        Optional<Acknowledgement> acknowledgement = records.acknowledgement(incident.id());
        NotificationState state = NotificationState.of(incident, response, acknowledgement);
        return new Loaded(incident, response, NotificationContent.of(incident, state, acknowledgement));
    }

    /** The message is sent even if the plan cannot be read. */
    private Optional<ResponseStatus> status(Incident incident) {
        try {
            return responses.statusOf(incident);
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, () -> "the plan of incident " + incident.id() + " cannot be read", e);
            return Optional.of(ResponseStatus.UNREADABLE);
        }
    }
}
