package io.tiercel.sensor.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class NestedContainersTest {
    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);

    private final ContainerTable table = new ContainerTable(ContainerListener.NOOP);

    @Test
    void aContainerThatRunsInAnotherIsNested() {
        TrackedContainer outer = table.ofCgroup("/docker/" + A);
        TrackedContainer inner = table.ofCgroup("/docker/" + A + "/docker/" + B + "/init.scope");
        assertEquals(B, inner.fullId());
        assertTrue(inner.isNestedIn(outer));
        assertFalse(outer.isNestedIn(inner));
        assertFalse(outer.isNestedIn(TrackedContainer.HOST));
        assertFalse(TrackedContainer.HOST.isNestedIn(outer));
    }

    /** A container can create cgroups inside its own, with any name. */
    @Test
    void aCgroupWithTheIdOfAnotherContainerBelongsToItsMaker() {
        TrackedContainer maker = table.ofCgroup("/kubepods.slice/cri-containerd-" + A + ".scope");
        TrackedContainer other = table.ofCgroup("/kubepods.slice/cri-containerd-" + B + ".scope");
        assertSame(maker, table.ofCgroup("/kubepods.slice/cri-containerd-" + A + ".scope/" + B));
        assertSame(other, table.ofCgroup("/kubepods.slice/cri-containerd-" + B + ".scope/x"));
        assertSame(maker, table.ofCgroup("/kubepods.slice/cri-containerd-" + A + ".scope/" + A));
    }
}
