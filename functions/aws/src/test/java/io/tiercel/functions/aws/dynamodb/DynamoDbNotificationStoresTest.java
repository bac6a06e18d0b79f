package io.tiercel.functions.aws.dynamodb;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.aws.Faults;
import io.tiercel.functions.contract.GroupStoreContract;
import io.tiercel.functions.contract.HoldPagesContract;
import io.tiercel.functions.contract.NotificationStoreContract;
import io.tiercel.functions.contract.OperatorServiceContract;
import io.tiercel.functions.contract.StateStoreContract;
import io.tiercel.functions.contract.Stores;
import io.tiercel.functions.contract.TokenReplayGuardContract;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.notification.NotificationFaultContract;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.Subject;
import io.tiercel.functions.notification.silence.SilencesContract;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import java.time.InstantSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contracts of the stores of notifications and responses, each test with a table of its own, and the errors of DynamoDB. */
@Tag("packaged")
class DynamoDbNotificationStoresTest extends DynamoDbFixture {
    @Nested
    class NotificationStoreTests extends NotificationStoreContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class NotificationFaultTests extends NotificationFaultContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class GroupStoreTests extends GroupStoreContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class StateStoreTests extends StateStoreContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class OperatorServiceTests extends OperatorServiceContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class SilencesTests extends SilencesContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class HoldPagesTests extends HoldPagesContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class TokenReplayGuardTests extends TokenReplayGuardContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    /** The SDK repeats a request whose response is lost. Its condition does not hold any more then. */
    @Test
    void a_write_whose_response_is_lost_is_no_conflict() {
        Stores stores = openNewTable(InstantSource.fixed(NOW));
        Subject subject = Subject.incident("0123456789abcdef01234567");
        NotificationRecord record = NotificationRecord.initial(subject, "chat");
        try {
            for (int revision = 1; revision <= 2; revision++) {
                NotificationRecord next = record.storedAs(subject, "chat", revision);
                moto.setFaults(Faults.NONE.and(Faults.Rule.lose("DynamoDB.PutItem", 0, 1)));
                assertTrue(stores.notifications().replace(next));
                assertFalse(stores.notifications().replace(next), "another call has written it");
                moto.setFaults(Faults.NONE.and(Faults.Rule.lose("DynamoDB.PutItem", 0, 1)));
                assertTrue(stores.state().write("channel-pace/chat", revision - 1, "{}", Schedule.NONE));
                assertFalse(stores.state().write("channel-pace/chat", revision - 1, "{}", Schedule.NONE));
            }
        } finally {
            moto.setFaults(Faults.DEFAULT);
        }
    }

    @Test
    void a_state_store_without_its_table_is_unavailable() {
        StateStore none = new DynamoDbStateStore(new IncidentTable(client, "none", InstantSource.fixed(NOW)));
        assertThrows(StoreUnavailable.class, () -> none.read("k"));
        assertThrows(StoreUnavailable.class, () -> none.write("k", 0, "x", Schedule.NONE));
        assertThrows(StoreUnavailable.class, () -> none.due(DueKind.RETRY, NOW, 1));
    }
}
