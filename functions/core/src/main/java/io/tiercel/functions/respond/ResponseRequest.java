package io.tiercel.functions.respond;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.UrgencyClass;

/**
 * A request to process an incident.
 *
 * @param incidentId the incident
 * @param change identifies the change; a second request with the same one within a short time may be dropped. Letters, digits and
 *     hyphens, at most 80 characters
 * @param urgency the class of the work. Requests of one class never wait for those of a less important one
 * @param sender the scope of the verified sender that reported the change, see {@link io.tiercel.functions.identity.Sender#scope}: senders
 *     take turns. Empty if there is none
 */
public record ResponseRequest(String incidentId, String change, UrgencyClass urgency, String sender) {
    /** Returns a request that an operator's command causes. */
    public static ResponseRequest ofOperator(String incidentId, String change) {
        return new ResponseRequest(incidentId, change, UrgencyClass.VERIFIED_URGENT, "");
    }

    /** Returns a request to continue the response to an incident. */
    public static ResponseRequest of(Incident incident, String change) {
        return new ResponseRequest(
                incident.id(),
                change,
                UrgencyClass.of(incident),
                incident.enrichment().sender().scope());
    }
}
