package io.tiercel.functions.contract;

import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditSource;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.audit.anchor.InMemoryAnchorStore;
import io.tiercel.functions.audit.verify.AuditVerification;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.interact.TokenReplayGuard;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.notification.group.GroupStore;
import io.tiercel.functions.operate.AuditPages;
import io.tiercel.functions.operate.IncidentNotes;
import io.tiercel.functions.operate.IncidentPages;
import io.tiercel.functions.respond.hold.HoldPages;
import io.tiercel.functions.respond.state.StateStore;
import java.util.List;

/** The stores of one database. */
public interface Stores extends AutoCloseable {
    IncidentStore incidents();

    NotificationStore notifications();

    GroupStore groups();

    StateStore state();

    TokenReplayGuard replayGuard();

    AuditLog audit();

    /** Returns the audit log as another process uses it, if the database supports several processes. */
    AuditLog auditOfAnotherProcess();

    /** Returns read access to all chains. */
    AuditSource auditSource();

    /** Returns the lists of incidents for operators. */
    default IncidentPages incidentPages() {
        throw new UnsupportedOperationException("this database has no operators");
    }

    /** Returns the assignments and comments of incidents. */
    default IncidentNotes incidentNotes() {
        throw new UnsupportedOperationException("this database has no operators");
    }

    /** Returns the entries of the audit log for operators. */
    default AuditPages auditPages() {
        throw new UnsupportedOperationException("this database has no operators");
    }

    /** Returns the documents of holds. */
    default HoldPages holdPages() {
        throw new UnsupportedOperationException("this database has no operators");
    }

    /** Returns a way to change the audit log that bypasses the store. */
    AuditTampering auditTampering();

    /** Verifies all chains, without anchors. */
    default AuditVerdict verifyAudit() {
        return new AuditVerification(auditSource(), new InMemoryAnchorStore(), null, AuditHead.EMPTY, null)
                .run(() -> false)
                .verdict();
    }

    /** Returns the stored health messages of sensors, newest first. */
    List<String> healthMessages();

    /** Returns the stores after a restart of the process. */
    Stores reopen();

    /** Returns whether each call takes milliseconds, so that tests with random input make fewer calls. */
    boolean slow();

    @Override
    void close();
}
