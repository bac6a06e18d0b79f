package io.tiercel.sensor.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
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
    void keepsBothLimitsAndClosesTheOldestIdle(@ForAll @Size(max = 60) List<@IntRange(max = 11) Integer> arrivals) {
        ConnectionTable<Fake> table = new ConnectionTable<>(LIMIT, SHARE);
        for (int code : arrivals) {
            List<Fake> before = table.all();
            Fake added = new Fake(code);
            boolean shareUsed = before.stream()
                            .filter(other -> other.source == added.source)
                            .count()
                    == SHARE;
            List<Fake> victims = new ArrayList<>(before);
            victims.removeIf(other -> !other.idle || shareUsed && other.source != added.source);
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
}
