package io.tiercel.sensor.bpf.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import io.tiercel.sensor.bpf.hooks.PreemptionTrial.Result;
import io.tiercel.sensor.bpf.host.LibC;
import io.tiercel.sensor.bpf.host.NativeFunctions;
import io.tiercel.sensor.bpf.load.FabricatedBtf;
import io.tiercel.sensor.bpf.load.KernelTypes;
import io.tiercel.sensor.bpf.load.LibBpf;
import io.tiercel.sensor.bpf.load.TracingLoader;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whether tracepoints are preemptible is seen in the kernel's behavior. */
@Tag("live")
class PreemptionTrialTest {
    private LibBpf bpf;
    private PreemptionTrial trial;

    @BeforeEach
    void requireCapture() {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail());
        }
        Runtime runtime = Runtime.getSystemRuntime();
        bpf = NativeFunctions.load(LibBpf.class, "libbpf.so.1");
        LibC libc = NativeFunctions.load(LibC.class, null);
        trial = new PreemptionTrial(runtime, bpf, new TracingLoader(runtime, bpf, libc));
    }

    @Test
    void thisKernelShowsIt() {
        try (KernelTypes types = new KernelTypes(bpf)) {
            assumeTrue(types.hasFunction(PreemptionTrial.DISABLE), "this kernel cannot disable preemption in programs");
            Result result = trial.run(types);
            assertNotEquals(Result.UNKNOWN, result);
            assertEquals(result == Result.PREEMPTIBLE, trial.isPreemptible(types));
        }
    }

    @Test
    void aKernelWithoutTheCountIsGuarded() {
        FabricatedBtf btf = new FabricatedBtf();
        btf.function(PreemptionTrial.DISABLE, btf.prototype());
        try (KernelTypes types = btf.read()) {
            assertEquals(Result.UNKNOWN, trial.run(types));
            assertTrue(trial.isPreemptible(types));
        }
    }

    @Test
    void aKernelWhoseProgramsCannotDisablePreemptionIsNotGuarded() {
        try (KernelTypes types = new FabricatedBtf().read()) {
            assertFalse(trial.isPreemptible(types));
        }
    }
}
