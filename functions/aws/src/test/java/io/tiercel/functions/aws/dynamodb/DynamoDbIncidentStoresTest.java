package io.tiercel.functions.aws.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.contract.BatchContract;
import io.tiercel.functions.contract.FleetContract;
import io.tiercel.functions.contract.FoldedResponseContract;
import io.tiercel.functions.contract.FoldingContract;
import io.tiercel.functions.contract.HostileInputContract;
import io.tiercel.functions.contract.IncidentLifecycleContract;
import io.tiercel.functions.contract.IncidentNotesContract;
import io.tiercel.functions.contract.IncidentPagesContract;
import io.tiercel.functions.contract.IncidentStoreContract;
import io.tiercel.functions.contract.SenderContract;
import io.tiercel.functions.contract.Stores;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.functions.incident.StoreUnavailable;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The contracts of the incident store and of what it contains, each test with a table of its own, and the errors of DynamoDB. */
@Tag("packaged")
class DynamoDbIncidentStoresTest extends DynamoDbFixture {
    @Nested
    class IncidentStoreTests extends IncidentStoreContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class BatchTests extends BatchContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    /** Logs of a few ids, so that most alerts have a marker. */
    @Nested
    class FullLogTests extends BatchContract {
        @Override
        protected Stores open(InstantSource clock) {
            DynamoDbStores stores = (DynamoDbStores) openNewTable(clock);
            return stores.with(new DynamoDbIncidentStore(stores.table(), new AlertIdLog.Limits(10, 3)));
        }
    }

    @Nested
    class FoldingTests extends FoldingContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }

        /** An open incident can expire if nothing closes it for its whole retention. Nobody frees its slot then. */
        @Test
        void the_slot_of_an_expired_incident_is_found() {
            for (int i = 0; i < MAX_OPEN; i++) {
                record("a" + i, "/etc/" + i, true);
            }
            Predicate<String> searched =
                    _ -> AttributeValue.fromN(Long.toString(now.toEpochMilli())).equals(slots().get("checked"));
            assertEquals(others(true), recordUntil("b", searched), "the first search finds nothing");
            String expired = cause("/etc/0").incidentId();
            deleteIncident(expired);
            now = now.plus(IncidentSlots.CHECK_INTERVAL).minusMillis(1);
            assertEquals(others(true), record("c", "/etc/c", true).incidentId(), "it was searched before");
            now = now.plusMillis(1);
            assertNotEquals(others(true), recordUntil("d", incident -> !incident.equals(others(true))));
            assertEquals(others(true), record("e", "/etc/e", true).incidentId(), "one slot was free");
        }

        /** Records alerts of different causes, because a conflict postpones the search. Returns the last one's incident. */
        private String recordUntil(String id, Predicate<String> condition) {
            String incident = "";
            for (int i = 0; i < 10; i++) {
                incident = record(id + i, "/etc/" + id + i, true).incidentId();
                if (condition.test(incident)) {
                    return incident;
                }
            }
            return incident;
        }

        @Test
        void an_expired_incident_opens_again_in_the_slot_that_it_left() {
            for (int i = 0; i < MAX_OPEN; i++) {
                record("a" + i, "/etc/" + i, true);
            }
            String expired = cause("/etc/0").incidentId();
            deleteIncident(expired);
            assertTrue(record("b", "/etc/0", true).opened());
            assertEquals(others(true), record("c", "/etc/c", true).incidentId());
        }

        /** Deletes an incident as DynamoDB does when it expires. */
        private void deleteIncident(String id) {
            String table = ((DynamoDbStores) stores).table().name();
            DynamoDbAuditTampering.repeat(
                    () -> client.deleteItem(delete -> delete.tableName(table).key(IncidentTable.incidentKey(id))));
        }

        @Test
        void a_cause_that_outlived_its_incident_is_counted_by_the_next_one() {
            for (int i = 0; i < MAX_OPEN; i++) {
                record("a" + i, "/etc/" + i, true);
            }
            String others = record("b", "/etc/b", true).incidentId();
            deleteIncident(others);
            RecordResult again = record("c", "/etc/b", true);
            assertEquals(others, again.incidentId());
            assertTrue(again.opened());
            assertEquals(1, find(others).foldedCauses());
        }

        @Test
        void slots_expire_only_while_they_are_empty() {
            record("a", "/etc/a", true);
            Map<String, AttributeValue> item = slots();
            assertFalse(item.containsKey(IncidentTable.EXPIRES), item.toString());
            assertTrue(close(find(cause("/etc/a").incidentId())));
            item = slots();
            assertTrue(item.containsKey(IncidentTable.EXPIRES), item.toString());
            assertFalse(item.containsKey("verified"), item.toString());
            record("b", "/etc/b", false);
            item = slots();
            assertFalse(item.containsKey(IncidentTable.EXPIRES), item.toString());
        }

        private Map<String, AttributeValue> slots() {
            DynamoDbStores dynamoDb = (DynamoDbStores) stores;
            return client.getItem(get -> get.tableName(dynamoDb.table().name())
                            .key(IncidentTable.slotsKey(cause("").slotKey())))
                    .item();
        }
    }

    @Nested
    class FoldedResponseTests extends FoldedResponseContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class IncidentLifecycleTests extends IncidentLifecycleContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class SenderTests extends SenderContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class HostileInputTests extends HostileInputContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class FleetTests extends FleetContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class IncidentPagesTests extends IncidentPagesContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Nested
    class IncidentNotesTests extends IncidentNotesContract {
        @Override
        protected Stores open(InstantSource clock) {
            return openNewTable(clock);
        }
    }

    @Test
    void an_incident_store_without_its_table_is_unavailable() {
        IncidentTable missing = new IncidentTable(client, "no-such-table", InstantSource.fixed(NOW));
        StoreUnavailable unavailable = assertThrows(
                StoreUnavailable.class,
                () -> new DynamoDbIncidentStore(missing)
                        .record(Alerts.incidentAlert("a", "rule", "Notice", NOW), IncidentRule.DEFAULT.maxOpen()));
        String message = String.valueOf(unavailable.getMessage());
        assertTrue(message.startsWith("DynamoDB: could not read the ids of counted alerts: "), message);
        assertFalse(message.contains("\n"), message);
    }
}
