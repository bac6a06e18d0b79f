package io.tiercel.functions.interact;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.notification.silence.InvalidSilence;
import io.tiercel.functions.notification.silence.Silence;
import io.tiercel.functions.notification.silence.Silences;

/** The actions of operators on silences, from messages. */
public final class SilenceActions {
    private final IncidentStore incidents;
    private final Silences silences;

    public SilenceActions(IncidentStore incidents, Silences silences) {
        this.incidents = incidents;
        this.silences = silences;
    }

    /**
     * Silences an incident, as long as it is not worse than the message showed.
     *
     * @param by the person, e.g. {@code slack:U012AB3CD}
     * @throws ActionRejectedException if the incident does not exist or is closed, or there are too many silences
     */
    public Silence silence(SilenceOption option, String by) {
        Incident incident = incidents
                .find(option.incidentId())
                .orElseThrow(() -> new ActionRejectedException("the incident no longer exists"));
        if (incident.state() == IncidentState.CLOSED) {
            throw new ActionRejectedException("the incident is closed");
        }
        String about =
                incident.fingerprint().rule() + " on " + incident.fingerprint().workload();
        try {
            return silences.addForIncident(incident.id(), about, option.scope(), option.duration(), by);
        } catch (InvalidSilence e) {
            throw new ActionRejectedException(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Ends a silence and returns the outcome as text for the operator.
     *
     * @throws ActionRejectedException if the silence is in the notification file
     */
    public String end(String silenceId, String by) {
        try {
            return silences.end(silenceId, by).isPresent()
                    ? "The silence has ended. If the incident is open, its messages continue within a minute."
                    : "The silence had already ended.";
        } catch (InvalidSilence e) {
            throw new ActionRejectedException(String.valueOf(e.getMessage()));
        }
    }
}
