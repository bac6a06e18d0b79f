package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.AuditVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The contract of {@link AuditLog} and of its verification. */
public abstract class AuditLogContract extends StoreContract {
    @Test
    void an_empty_log_is_intact() {
        assertEquals(AuditHead.EMPTY, stores.auditHead());
        assertEquals(new AuditVerdict.Intact(AuditHead.EMPTY), stores.verifyAudit());
        assertEquals(List.of(), stores.audit().entriesFor("0a", 5));
    }

    @Test
    void concurrent_writers_append_to_one_chain() throws Exception {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 160; i++) {
            String summary = "decision " + i;
            AuditLog log = stores.auditOfAnotherProcess();
            String incident = i % 10 == 0 ? "0a" : null;
            tasks.add(() -> {
                log.append(AuditEntry.decision(NOW, "respond", incident, summary, Map.of()));
                return true;
            });
        }
        runConcurrently(tasks);
        assertEquals(160, stores.auditHead().number());
        assertEquals(new AuditVerdict.Intact(stores.auditHead()), stores.verifyAudit());
        List<Long> numbers = stores.audit().entriesFor("0a", 5).stream()
                .map(AuditRecord::number)
                .toList();
        assertEquals(5, numbers.size());
        assertEquals(numbers.stream().sorted().toList(), numbers);
    }

    @Test
    void any_text_is_stored_unchanged() {
        for (String text : List.of("\ud800", "\u0000€", "\ud83d\ude00", "'\"\\")) {
            stores.audit().append(AuditEntry.decision(NOW, "respond", "0a", text, Map.of(text, text)));
        }
        AuditHead head = stores.auditHead();
        stores = stores.reopen();
        assertEquals(head, stores.auditHead());
        assertEquals(new AuditVerdict.Intact(head), stores.verifyAudit());
        assertEquals(head, stores.audit().entriesFor("0a", 9).getLast().head());
    }

    @Test
    void tampering_is_found() throws Exception {
        for (int i = 0; i < 5; i++) {
            stores.audit().append(AuditEntry.call(NOW, "respond", "0a", "call " + i, Map.of("reply", "ok")));
        }
        stores.tamperWithAudit(3, "{\"number\":3}");
        assertEquals(
                3,
                assertInstanceOf(AuditVerdict.Broken.class, stores.verifyAudit())
                        .number());
        stores.deleteFromAudit(3);
        assertEquals(new AuditVerdict.Broken(3, "entries 3 to 3 are missing"), stores.verifyAudit());
        stores.deleteFromAudit(2);
        stores.deleteFromAudit(4);
        stores.deleteFromAudit(5);
        assertEquals(new AuditVerdict.Broken(2, "entries 2 to 5 are missing"), stores.verifyAudit());
    }
}
