package io.tiercel.functions.operate;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.respond.PlanReader;
import io.tiercel.functions.respond.guard.KillSwitchControl;
import io.tiercel.functions.respond.hold.HeldTargets;

/**
 * The stores that operations read and write.
 *
 * @param incidents lists of incidents
 * @param notes assignments and comments
 * @param notifications acknowledgements, and what channels show
 * @param audit receives an entry for each change, before it takes effect
 * @param auditPages lists of audit entries
 * @param plans response plans
 * @param held what responses hold
 * @param killSwitch the switch that stops all responses
 * @param nodes the nodes with sensors
 */
public record OperatorStores(
        IncidentPages incidents,
        IncidentNotes notes,
        NotificationStore notifications,
        AuditLog audit,
        AuditPages auditPages,
        PlanReader plans,
        HeldTargets held,
        KillSwitchControl killSwitch,
        NodePages nodes) {}
