package io.tiercel.bench.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class BenchStepsTest {
    @Test
    void eachStepHasALineWithTheTimeThatIsLeft() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        AtomicLong seconds = new AtomicLong(1_000);
        BenchSteps steps = new BenchSteps(
                new PrintStream(err, true, StandardCharsets.UTF_8),
                () -> seconds.get() * 1_000_000_000L,
                "functions",
                3);
        for (String step : new String[] {"warm-up", "posts", "starts"}) {
            steps.next(step);
            seconds.addAndGet(40);
        }
        assertEquals("""
            tiercel: bench functions: step 1 of 3: warm-up ...
            tiercel: bench functions: step 2 of 3, about 1 min 20 s left: posts ...
            tiercel: bench functions: step 3 of 3, about 40 s left: starts ...
            """, err.toString(StandardCharsets.UTF_8));
    }
}
