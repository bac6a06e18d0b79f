package io.tiercel.sensor.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Tag;

@Tag("unit")
class ProgramHistoryTest {
    @Property(tries = 300)
    void keepsTheLastDistinctNames(
            @ForAll @Size(max = 30) List<@AlphaChars @StringLength(min = 1, max = 2) String> names) {
        String history = ProgramHistory.EMPTY;
        List<String> model = new ArrayList<>();
        for (String name : names) {
            history = ProgramHistory.add(history, name);
            if (model.isEmpty() || !model.getFirst().equals(name)) {
                model.addFirst(name);
            }
            assertTrue(history.length() <= ProgramHistory.MAX_NAMES * 16);
        }
        assertEquals(model.subList(0, Math.min(model.size(), ProgramHistory.MAX_NAMES)), ProgramHistory.names(history));
    }
}
