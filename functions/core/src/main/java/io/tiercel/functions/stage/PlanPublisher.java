package io.tiercel.functions.stage;

import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.respond.ResponseRequestPublisher;
import io.tiercel.functions.respond.plan.PlannedResponder;
import java.time.InstantSource;

/**
 * Publishes what happens to plans: an approval requests a response, and a changed plan changes what people see.
 *
 * @param responses receives requests
 * @param incidents receives changes
 * @param clock its time makes each change distinct
 */
public record PlanPublisher(ResponseRequestPublisher responses, IncidentEventPublisher incidents, InstantSource clock)
        implements PlannedResponder.PlanListener {
    @Override
    public void responseRequested(String incidentId) {
        responses.publish(incidentId, "again-" + clock.millis());
    }

    @Override
    public void planChanged(String incidentId) {
        incidents.publish(incidentId, "plan-" + clock.millis());
    }
}
