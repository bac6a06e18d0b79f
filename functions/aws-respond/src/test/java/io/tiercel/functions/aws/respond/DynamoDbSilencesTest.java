package io.tiercel.functions.aws.respond;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.aws.dynamodb.DynamoDbStateStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.cloud.DynamoDbStateDocuments;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.notification.silence.ActiveSilences;
import io.tiercel.functions.notification.silence.Silence;
import io.tiercel.functions.notification.silence.Silence.Source;
import io.tiercel.functions.notification.silence.SilenceRequest;
import io.tiercel.functions.notification.silence.Silences;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The command {@code silences --table} and the functions use the same items. */
@Tag("packaged")
class DynamoDbSilencesTest {
    private static final String TABLE = "silences";

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    private Silences silences(DynamoDbStateDocuments documents) {
        return new Silences(new ActiveSilences(List.of(), documents, () -> now, line -> {}), null, null, () -> now);
    }

    @Test
    void functionsSeeWhatTheCommandAddsAndEnds() throws Exception {
        try (Moto moto = Moto.startOrSkip();
                DynamoDbClient client = moto.dynamoDb()) {
            moto.createTable(TABLE);
            StateStore functions = new DynamoDbStateStore(new IncidentTable(client, TABLE, () -> now));
            ActiveSilences inFunctions = new ActiveSilences(List.of(), functions, () -> now, line -> {});
            Silences command = silences(new DynamoDbStateDocuments(moto.connection(), TABLE));

            SilenceRequest request =
                    new SilenceRequest("incident.cluster = staging", "test", "sre", now.plusSeconds(3_600), false);
            Silence first = command.add(request, Source.CLI, "cli:eve");
            Silence second = command.add(request, Source.CLI, "cli:eve");
            assertEquals(2, inFunctions.countActive());
            now = now.plusSeconds(10);
            assertTrue(command.end(first.id(), "cli:frank").isPresent());
            assertTrue(command.end(first.id(), "cli:frank").isEmpty());
            assertEquals(1, inFunctions.countActive());
            assertEquals(second, command.list().getFirst().silence());
        }
    }

    @Test
    void documentsHaveTheFormOfTheFunctions() throws Exception {
        try (Moto moto = Moto.startOrSkip();
                DynamoDbClient client = moto.dynamoDb()) {
            moto.createTable(TABLE);
            StateStore functions = new DynamoDbStateStore(new IncidentTable(client, TABLE, () -> now));
            DynamoDbStateDocuments command = new DynamoDbStateDocuments(moto.connection(), TABLE);
            Schedule due = Schedule.of(DueKind.SILENCE, now).keep();
            assertTrue(command.write("k", 0, "a", due));
            assertFalse(command.write("k", 0, "b", due));
            assertEquals(functions.read("k"), command.read("k"));
            assertEquals(List.of("k"), functions.due(DueKind.SILENCE, now, 10));
            assertTrue(functions.write("k", 1, "b", due));
            assertFalse(command.write("k", 1, "c", due));
            assertTrue(command.write("k", 2, "c", Schedule.NONE.keep()));
            assertEquals(List.of(), functions.due(DueKind.SILENCE, now, 10));
            assertEquals("c", functions.read("k").orElseThrow().document());
            assertThrows(IllegalArgumentException.class, () -> command.write("k", 3, "d", Schedule.NONE));
            DynamoDbStateDocuments missing = new DynamoDbStateDocuments(moto.connection(), "no-such-table");
            assertThrows(StoreUnavailable.class, () -> missing.read("k"));
            assertThrows(StoreUnavailable.class, () -> missing.write("k", 0, "a", due));
        }
    }
}
