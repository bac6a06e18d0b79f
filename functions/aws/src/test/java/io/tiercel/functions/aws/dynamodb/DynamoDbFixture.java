package io.tiercel.functions.aws.dynamodb;

import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.contract.Stores;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A local AWS emulator for one test class, and empty tables in it. There are several test classes, so that the processes of the test run
 * share the work.
 */
abstract class DynamoDbFixture {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final AtomicInteger TABLES = new AtomicInteger();

    static Moto moto;
    static DynamoDbClient client;

    @BeforeAll
    static void startMoto() throws Exception {
        moto = Moto.startOrSkip();
        client = moto.dynamoDb();
    }

    @AfterAll
    static void stopMoto() throws Exception {
        if (moto != null) {
            client.close();
            moto.close();
        }
    }

    /** Opens stores on an empty incident table and an empty audit table. */
    static Stores openNewTable(InstantSource clock) {
        String name = "stores-" + TABLES.incrementAndGet();
        moto.createTable(name);
        moto.createAuditTable(DynamoDbStores.auditTable(name));
        return DynamoDbStores.open(client, name, clock);
    }
}
