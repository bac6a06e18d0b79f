package io.tiercel.functions.aws.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.contract.AuditLogContract;
import io.tiercel.functions.contract.AuditPagesContract;
import io.tiercel.functions.contract.AuditTamperingContract;
import io.tiercel.functions.contract.Stores;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contracts of the audit log, each test with a table of its own. */
@Tag("packaged")
class DynamoDbAuditLogTest extends DynamoDbFixture {
    @Nested
    class AuditLogTests extends AuditLogContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class AuditTamperingTests extends AuditTamperingContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }

        @Test
        void an_entry_that_could_expire_is_found() {
            DynamoDbAuditTampering tampering = (DynamoDbAuditTampering) stores.auditTampering();
            tampering.setAttribute("0a", 2, "expires", IncidentTable.number(1));
            assertEquals(
                    new AuditVerdict.Broken(
                            List.of("chain 0a, entry 2: it has attributes that an entry never has: expires"), 1),
                    stores.verifyAudit());
        }

        @Test
        void an_entry_that_moved_in_the_list_of_all_entries_is_found() {
            DynamoDbAuditTampering tampering = (DynamoDbAuditTampering) stores.auditTampering();
            tampering.setAttribute("0a", 2, AuditTable.PERIOD, IncidentTable.text("2025/0"));
            assertEquals(
                    new AuditVerdict.Broken(
                            List.of("chain 0a, entry 2: the list of all entries shows it at another time"), 1),
                    stores.verifyAudit());
        }
    }

    @Nested
    class AuditPagesTests extends AuditPagesContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }
}
