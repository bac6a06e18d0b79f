package io.tiercel.functions.contract;

import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.interact.TokenReplayGuard;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.respond.state.StateStore;
import java.util.List;

/** The stores of one database. */
public interface Stores extends AutoCloseable {
    IncidentStore incidents();

    NotificationStore notifications();

    StateStore state();

    TokenReplayGuard replayGuard();

    AuditLog audit();

    /** Returns the audit log as another process uses it, if the database supports several processes. */
    AuditLog auditOfAnotherProcess();

    AuditHead auditHead();

    AuditVerdict verifyAudit();

    /** Changes the text of an audit entry and bypasses the store. */
    void tamperWithAudit(long number, String line) throws Exception;

    /** Deletes an audit entry and bypasses the store. */
    void deleteFromAudit(long number) throws Exception;

    /** Returns the stored health messages of sensors, newest first. */
    List<String> healthMessages();

    /** Returns the stores after a restart of the process. */
    Stores reopen();

    /** Returns whether each call takes milliseconds, so that tests with random input make fewer calls. */
    boolean slow();

    @Override
    void close();
}
