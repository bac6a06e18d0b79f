package io.tiercel.sensor.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;

@Tag("unit")
class ConnectionTableTest {
    private static final int LIMIT = 8;
    private static final int SHARE = 3;

    /** A connection of a source; the digit after the source says whether it is idle. */
    private static final class Fake implements ConnectionTable.Connection {
        private final int source;
        private final boolean idle;
        private boolean closed;

        private Fake(int code) {
            this.source = code / 2;
            this.idle = code % 2 == 0;
        }

        @Override
        public Object source() {
            return source;
        }

        @Override
        public boolean idle() {
            return idle;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Property
    void keepsBothLimitsAndClosesTheOldestIdleOfTheBusiestSource(
            @ForAll @Size(max = 60) List<@IntRange(max = 11) Integer> arrivals) {
        ConnectionTable<Fake> table = new ConnectionTable<>(LIMIT, SHARE);
        for (int code : arrivals) {
            List<Fake> before = table.all();
            Fake added = new Fake(code);
            boolean shareUsed = connectionsOf(added.source, before) == SHARE;
            List<Fake> victims = new ArrayList<>(before);
            victims.removeIf(other -> !other.idle || shareUsed && other.source != added.source);
            List<Fake> after = new ArrayList<>(before);
            after.add(added);
            long most = victims.stream()
                    .mapToLong(other -> connectionsOf(other.source, after))
                    .max()
                    .orElse(0);
            victims.removeIf(other -> connectionsOf(other.source, after) < most);
            boolean full = shareUsed || before.size() == LIMIT;
            assertEquals(!full || !victims.isEmpty(), table.admit(added));
            if (full && !victims.isEmpty()) {
                assertTrue(victims.getFirst().closed);
                before.remove(victims.getFirst());
            }
            if (!full || !victims.isEmpty()) {
                before.add(added);
            }
            assertEquals(before, table.all());
            table.all().forEach(open -> assertFalse(open.closed));
        }
    }

    @Example
    void manyConnectionsOfAFewSourcesDoNotCloseTheOnlyOneOfAnother() {
        ConnectionTable<Fake> table = new ConnectionTable<>(LIMIT, SHARE);
        Fake scraper = new Fake(10);
        assertTrue(table.admit(scraper));
        for (int round = 0; round < 100; round++) {
            assertTrue(table.admit(new Fake(2 * (round % 4))));
        }
        assertFalse(scraper.closed);
    }

    private static long connectionsOf(int source, List<Fake> connections) {
        return connections.stream().filter(other -> other.source == source).count();
    }
}
