package io.tiercel.functions.operate;

import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.notification.silence.ActiveSilences;
import io.tiercel.functions.notification.silence.Silences;
import io.tiercel.functions.planning.PlanPreview;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.stage.AuditStatus;
import io.tiercel.functions.stage.IncidentCloser;
import java.util.function.Supplier;

/**
 * The services that operations call.
 *
 * @param responder approves and releases responses
 * @param closer closes incidents
 * @param publisher publishes changes of incidents
 * @param silences creates and ends silences
 * @param activeSilences finds the silence of an incident
 * @param preview predicts the plan of an incident that the responder has not handled yet
 * @param auditStatus the last results of the maintenance of the audit log; called for each list of its entries
 */
public record OperatorServices(
        Responder responder,
        IncidentCloser closer,
        IncidentEventPublisher publisher,
        Silences silences,
        ActiveSilences activeSilences,
        PlanPreview preview,
        Supplier<AuditStatus> auditStatus) {}
