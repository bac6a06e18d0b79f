package io.tiercel.sensor.process;

import static org.junit.jupiter.api.Assertions.assertSame;

import io.tiercel.sensor.container.ContainerListener;
import io.tiercel.sensor.container.ContainerTable;
import io.tiercel.sensor.container.TrackedContainer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ContainerTransitionsTest {
    private static final TrackedContainer HOST = TrackedContainer.HOST;

    private final ContainerTable table = new ContainerTable(ContainerListener.NOOP);
    private final TrackedContainer a = table.ofCgroup("/docker/" + "a".repeat(64));
    private final TrackedContainer b = table.ofCgroup("/docker/" + "b".repeat(64));
    private final TrackedContainer inA = table.ofCgroup("/docker/" + "a".repeat(64) + "/docker/" + "c".repeat(64));

    @Test
    void aProcessOfTheHostEntersAnyContainer() {
        assertSame(a, ContainerTransitions.after(HOST, a, false));
        assertSame(inA, ContainerTransitions.after(HOST, inA, false));
        assertSame(HOST, ContainerTransitions.after(HOST, HOST, false));
    }

    @Test
    void aProcessOfAContainerLeavesItOnlyWithAProgramOfTheHost() {
        assertSame(a, ContainerTransitions.after(a, HOST, false));
        assertSame(HOST, ContainerTransitions.after(a, HOST, true));
        assertSame(a, ContainerTransitions.after(a, a, true));
    }

    @Test
    void aProcessOfAContainerEntersOnlyContainersThatItRuns() {
        assertSame(inA, ContainerTransitions.after(a, inA, false));
        assertSame(a, ContainerTransitions.after(a, b, false));
        assertSame(a, ContainerTransitions.after(a, b, true));
        assertSame(inA, ContainerTransitions.after(inA, a, false));
        assertSame(b, ContainerTransitions.after(b, inA, false));
    }
}
