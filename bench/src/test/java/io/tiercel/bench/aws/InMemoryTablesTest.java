package io.tiercel.bench.aws;

import io.tiercel.functions.contract.AuditLogContract;
import io.tiercel.functions.contract.BatchContract;
import io.tiercel.functions.contract.FoldedResponseContract;
import io.tiercel.functions.contract.FoldingContract;
import io.tiercel.functions.contract.GroupStoreContract;
import io.tiercel.functions.contract.IncidentLifecycleContract;
import io.tiercel.functions.contract.IncidentStoreContract;
import io.tiercel.functions.contract.NotificationStoreContract;
import io.tiercel.functions.contract.SenderContract;
import io.tiercel.functions.contract.StateStoreContract;
import io.tiercel.functions.contract.Stores;
import io.tiercel.functions.contract.TokenReplayGuardContract;
import java.time.InstantSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The stores of AWS keep their contracts on tables in memory, as they do in the emulator of AWS. */
@Tag("unit")
class InMemoryTablesTest {
    @Nested
    class AuditLogTests extends AuditLogContract {
        @Override
        protected Stores open(InstantSource clock) {
            return InMemoryStores.open(clock);
        }
    }

    @Nested
    class BatchTests extends BatchContract {
        @Override
        protected Stores open(InstantSource clock) {
            return InMemoryStores.open(clock);
        }
    }

    @Nested
    class FoldedResponseTests extends FoldedResponseContract {
        @Override
        protected Stores open(InstantSource clock) {
            return InMemoryStores.open(clock);
        }
    }

    @Nested
    class FoldingTests extends FoldingContract {
        @Override
        protected Stores open(InstantSource clock) {
            return InMemoryStores.open(clock);
        }
    }

    @Nested
    class GroupStoreTests extends GroupStoreContract {
        @Override
        protected Stores open(InstantSource clock) {
            return InMemoryStores.open(clock);
        }
    }

    @Nested
    class IncidentLifecycleTests extends IncidentLifecycleContract {
        @Override
        protected Stores open(InstantSource clock) {
            return InMemoryStores.open(clock);
        }
    }

    @Nested
    class IncidentStoreTests extends IncidentStoreContract {
        @Override
        protected Stores open(InstantSource clock) {
            return InMemoryStores.open(clock);
        }
    }

    @Nested
    class NotificationStoreTests extends NotificationStoreContract {
        @Override
        protected Stores open(InstantSource clock) {
            return InMemoryStores.open(clock);
        }
    }

    @Nested
    class SenderTests extends SenderContract {
        @Override
        protected Stores open(InstantSource clock) {
            return InMemoryStores.open(clock);
        }
    }

    @Nested
    class StateStoreTests extends StateStoreContract {
        @Override
        protected Stores open(InstantSource clock) {
            return InMemoryStores.open(clock);
        }
    }

    @Nested
    class TokenReplayGuardTests extends TokenReplayGuardContract {
        @Override
        protected Stores open(InstantSource clock) {
            return InMemoryStores.open(clock);
        }
    }
}
