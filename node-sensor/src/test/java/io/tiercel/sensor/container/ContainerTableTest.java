package io.tiercel.sensor.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ContainerTableTest {
    private static final long LIMIT = 20_000;

    private static String json(int labelLength) {
        return "{\"id\":\"i\",\"labels\":{\"a\":\"" + "x".repeat(labelLength) + "\"}}";
    }

    @Test
    void theLargestMetadataIsDroppedFirst() {
        ContainerTable table = new ContainerTable(ContainerListener.NOOP, LIMIT);
        table.apply("victim", ContainerRecord.INFO_RECEIVED, json(10));
        for (int i = 0; i < 100; i++) {
            table.apply("flood" + i, ContainerRecord.INFO_RECEIVED, json(4_000));
            assertNotNull(table.get("flood" + i).info(), "the newest metadata stays");
        }
        assertNotNull(table.get("victim").info());
        assertEquals(98, table.droppedInfos());
    }
}
