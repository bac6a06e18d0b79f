package io.tiercel.functions.stage;

import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.respond.ResponseRequest;
import io.tiercel.functions.respond.ResponseRequestPublisher;
import io.tiercel.functions.respond.plan.PlannedResponder;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Publishes what happens to plans: an approval requests a response, and a changed plan changes what people see.
 *
 * @param responses receives requests
 * @param events receives changes
 * @param incidents has the incidents, which determine the class of a request
 * @param timer runs requests that are due later
 * @param clock its time makes each change distinct
 */
public record PlanPublisher(
        ResponseRequestPublisher responses,
        IncidentEventPublisher events,
        IncidentStore incidents,
        RequestTimer timer,
        InstantSource clock)
        implements PlannedResponder.PlanListener {
    /** Runs requests that are due later. */
    @FunctionalInterface
    public interface RequestTimer {
        /** Leaves all requests to the sweep. */
        RequestTimer SWEEP = (due, request) -> {};

        /** Runs a request at a time, or not at all: the sweep continues whatever is due. */
        void at(Instant due, Runnable request);
    }

    @Override
    public void commandAdded(String incidentId) {
        responses.publish(ResponseRequest.ofOperator(incidentId, "command-" + clock.millis()));
    }

    @Override
    public void responseRequested(String incidentId) {
        String change = "again-" + clock.millis();
        responses.publish(incidents
                .find(incidentId)
                .map(incident -> ResponseRequest.of(incident, change))
                .orElseGet(() -> new ResponseRequest(incidentId, change, UrgencyClass.UNVERIFIED, "")));
    }

    @Override
    public void responseDue(String incidentId, Instant due) {
        timer.at(due, () -> responseRequested(incidentId));
    }

    @Override
    public void planChanged(String incidentId) {
        events.publish(incidentId, "plan-" + clock.millis());
    }
}
