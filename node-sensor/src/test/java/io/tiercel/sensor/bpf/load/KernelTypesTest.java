package io.tiercel.sensor.bpf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.bpf.CaptureProgram;
import io.tiercel.sensor.bpf.ObjectLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Features of kernels are found in their types, whatever their releases are. */
@Tag("unit")
class KernelTypesTest {
    private final FabricatedBtf btf = new FabricatedBtf();

    @BeforeEach
    void requireLibrary() {
        assumeTrue(CaptureProgram.libraryProblem() == null, "libbpf.so.1 is not installed");
    }

    /** The tracepoint of freed objects, with the last argument that a kernel has. */
    private void freeTracepoint(int... last) {
        int word = btf.integer("long", 8);
        int address = btf.pointer(0);
        int[] parameters = new int[3 + last.length];
        parameters[0] = address;
        parameters[1] = word;
        parameters[2] = address;
        System.arraycopy(last, 0, parameters, 3, last.length);
        btf.typedef("btf_trace_kmem_cache_free", btf.pointer(btf.prototype(parameters)));
    }

    private int cache() {
        return btf.pointer(btf.constant(btf.struct("kmem_cache", 8, btf.integer("int", 4), "flags 0")));
    }

    private void filename(int size, String... members) {
        btf.struct("filename", size, btf.integer("char", 1), members);
    }

    @Test
    void freedPathsAreShownIfTheTracepointNamesTheCacheOfPaths() {
        freeTracepoint(cache());
        filename(32, "name 0", "uptr 8", "iname 32");
        try (KernelTypes types = btf.read()) {
            assertTrue(ObjectLoader.showsFreedPaths(types));
        }
    }

    @Test
    void freedPathsAreNotShownIfTheTracepointDoesNotNameTheCache() {
        freeTracepoint();
        filename(32, "name 0", "uptr 8", "iname 32");
        try (KernelTypes types = btf.read()) {
            assertFalse(ObjectLoader.showsFreedPaths(types), "Linux 5.10");
        }
    }

    @Test
    void freedPathsAreNotShownIfTheTracepointNamesTheCacheByText() {
        freeTracepoint(btf.pointer(btf.constant(btf.integer("char", 1))));
        filename(32, "name 0", "uptr 8", "iname 32");
        try (KernelTypes types = btf.read()) {
            assertFalse(ObjectLoader.showsFreedPaths(types), "Linux 5.15");
        }
    }

    @Test
    void freedPathsAreNotShownIfPathsHaveNoCacheOfTheirOwn() {
        freeTracepoint(cache());
        filename(192, "name 0", "iname 24");
        try (KernelTypes types = btf.read()) {
            assertFalse(ObjectLoader.showsFreedPaths(types), "Linux 7.0");
        }
    }

    @Test
    void membersOfUnnamedUnionsAreFound() {
        int number = btf.integer("int", 4);
        int inner = btf.struct("", 8, number, "current_task 0", "preempt_count 4");
        int union = btf.union(64, inner, " 0");
        btf.struct("pcpu_hot", 64, union, " 16");
        try (KernelTypes types = btf.read()) {
            assertEquals(20, types.memberOffset("pcpu_hot", "preempt_count"));
            assertEquals(-1, types.memberOffset("pcpu_hot", "absent"));
            assertEquals(-1, types.memberOffset("absent", "preempt_count"));
            assertEquals(64, types.size("pcpu_hot"));
        }
    }

    @Test
    void aStructThatContainsItselfEndsTheSearch() {
        // An unnamed struct has the type id 2, and a member of that type.
        int number = btf.integer("int", 4);
        btf.struct("", 8, number + 1, " 0", "later 4");
        btf.struct("outer", 8, number + 1, " 0");
        try (KernelTypes types = btf.read()) {
            assertEquals(-1, types.memberOffset("outer", "absent"));
        }
    }
}
