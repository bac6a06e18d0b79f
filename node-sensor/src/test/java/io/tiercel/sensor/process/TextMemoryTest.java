package io.tiercel.sensor.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;

@Tag("unit")
class TextMemoryTest {
    private static final long LIMIT = 10_000;

    /** A text in the model, and how many processes use it. */
    private static final class Use {
        private final StateText text;
        private int users = 1;
        private boolean dropped;

        Use(StateText text) {
            this.text = text;
        }

        boolean live() {
            return users > 0 && !dropped;
        }
    }

    /** Compares the memory with a list that is searched for the largest class and the oldest text. */
    @Property(tries = 500)
    void theLargestAndOldestTextsAreDropped(
            @ForAll @Size(max = 120) List<@IntRange(min = 0, max = 5_999) Integer> steps) {
        TextMemory memory = new TextMemory(LIMIT);
        List<Use> model = new ArrayList<>();
        long dropped = 0;
        for (int step : steps) {
            int length = 1 + step % 2_000;
            Use chosen = model.isEmpty() ? null : model.get(step % model.size());
            if (step < 3_000 || chosen == null) {
                Use added =
                        new Use(step % 10 == 0 ? StateText.kept("x".repeat(length)) : StateText.of("x".repeat(length)));
                model.add(added);
                memory.retain(added.text);
                dropped += drop(model, added);
            } else if (step < 4_500 && chosen.users > 0) {
                chosen.users++;
                memory.retain(chosen.text);
            } else if (chosen.users > 0) {
                chosen.users--;
                memory.release(chosen.text);
            }
            assertEquals(bytes(model), memory.bytes());
            assertEquals(dropped, memory.dropped());
            model.forEach(use -> assertEquals(use.dropped, use.text.isDropped()));
            assertTrue(memory.bytes() <= LIMIT || memory.isExceeded());
        }
    }

    private static long bytes(List<Use> model) {
        return model.stream()
                .filter(Use::live)
                .mapToLong(use -> use.text.bytes())
                .sum();
    }

    private static int drop(List<Use> model, Use added) {
        int dropped = 0;
        while (bytes(model) > LIMIT) {
            Use victim = model.stream()
                    .filter(use -> use.live() && use != added && use.text.isDroppable())
                    .max(Comparator.comparingInt(use -> Long.SIZE - Long.numberOfLeadingZeros(use.text.bytes())))
                    .orElse(null);
            if (victim == null) {
                return dropped;
            }
            int size = Long.SIZE - Long.numberOfLeadingZeros(victim.text.bytes());
            Use oldest = model.stream()
                    .filter(use -> use.live() && use != added && use.text.isDroppable())
                    .filter(use -> Long.SIZE - Long.numberOfLeadingZeros(use.text.bytes()) == size)
                    .findFirst()
                    .orElseThrow();
            oldest.dropped = true;
            dropped++;
        }
        return dropped;
    }
}
