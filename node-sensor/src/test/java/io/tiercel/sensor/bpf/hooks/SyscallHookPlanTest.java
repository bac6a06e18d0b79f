package io.tiercel.sensor.bpf.hooks;

import static io.tiercel.sensor.bpf.record.SyscallNumbers.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.bpf.hooks.SyscallHookPlan.Target;
import io.tiercel.sensor.bpf.host.KernelFunctions;
import io.tiercel.sensor.bpf.host.KernelFunctions.KernelFunction;
import io.tiercel.sensor.bpf.host.KernelSymbols;
import io.tiercel.sensor.bpf.record.SyscallTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which functions are hooked for which syscalls. The guests of {@code bpf/kernels} attach the hooks. */
@Tag("unit")
class SyscallHookPlanTest {
    private static final int NAMED = 500;
    private static final int UNNAMED = 600;
    private static final KernelSymbols NO_SYMBOLS = new KernelSymbols(Map.of());

    private final Map<String, List<KernelFunction>> functions = new HashMap<>();

    SyscallHookPlanTest() {
        add("x64_sys_call", 1, 700);
        add("__x64_sys_openat", 2, NAMED);
        add("__do_sys_setsid", 3, UNNAMED);
    }

    private void add(String name, int id, int prototype) {
        functions.computeIfAbsent(name, added -> new ArrayList<>()).add(new KernelFunction(id, prototype));
    }

    private SyscallHookPlan plan(Integer... wanted) {
        return SyscallHookPlan.of(Set.of(wanted), new KernelFunctions(functions), NO_SYMBOLS);
    }

    private void assertObstacle(String part, SyscallHookPlan plan) {
        assertNotNull(plan.obstacle());
        assertTrue(plan.obstacle().contains(part), plan::obstacle);
        assertEquals(Map.of(), plan.functions());
    }

    @Test
    void hooksTheFunctionOfEachWantedSyscall() {
        SyscallHookPlan plan = plan(SYS_OPENAT, SYS_SETSID);
        assertNull(plan.obstacle());
        assertEquals(
                Map.of(
                        "__x64_sys_openat", new Target(2, true, SYS_OPENAT),
                        "__do_sys_setsid", new Target(3, false, SYS_SETSID)),
                plan.functions());
    }

    @Test
    void takesTheFunctionThatTheKernelCallsForASyscallOfAnotherName() {
        add("__x64_sys_stat", 10, NAMED); // that of an older stat, which no 64-bit program calls
        add("__x64_sys_newstat", 11, NAMED);
        assertEquals(Set.of("__x64_sys_newstat"), plan(SYS_STAT).functions().keySet());
    }

    @Test
    void takesTheFunctionOfTheFittingTypeIfSeveralHaveTheName() {
        add("__x64_sys_setuid", 12, 999);
        add("__x64_sys_setuid", 13, UNNAMED);
        add("__x64_sys_setuid", 14, NAMED);
        assertEquals(
                new Target(14, true, SYS_SETUID), plan(SYS_SETUID).functions().get("__x64_sys_setuid"));
    }

    @Test
    void aSyscallThatReturnsInAChildNeedsTheTracepoint() {
        for (int number : List.of(SYS_CLONE, SYS_CLONE3, SYS_FORK, SYS_VFORK)) {
            assertObstacle("rules need the syscall", plan(SYS_OPENAT, number));
        }
    }

    @Test
    void closeNeedsTheTracepoint() {
        add("__x64_sys_close", 15, NAMED);
        assertObstacle("close", plan(SYS_CLOSE));
    }

    @Test
    void aFunctionThatIsHiddenNeedsTheTracepoint() {
        KernelSymbols symbols = new KernelSymbols(Map.of("__x64_sys_unlink", 0L));
        SyscallHookPlan plan = SyscallHookPlan.of(Set.of(SYS_UNLINK), new KernelFunctions(functions), symbols);
        assertObstacle("the function of the syscall unlink", plan);
    }

    @Test
    void aFunctionOfAnotherTypeNeedsTheTracepoint() {
        add("__x64_sys_unlink", 16, 999);
        KernelSymbols symbols = new KernelSymbols(Map.of("__x64_sys_unlink", 0L));
        assertObstacle("unlink", SyscallHookPlan.of(Set.of(SYS_UNLINK), new KernelFunctions(functions), symbols));
    }

    @Test
    void aSyscallThatTheKernelDoesNotHaveNeedsNoFunction() {
        assertEquals(Set.of(), plan(SYS_FCHMODAT2).functions().keySet());
    }

    @Test
    void syscallsOf32BitProgramsAndThoseThatNeverReturnNeedNoFunction() {
        assertEquals(
                Set.of(),
                plan(SYS_SOCKETCALL, SYS_EXIT, SYS_EXIT_GROUP).functions().keySet());
    }

    @Test
    void kernelsWithOtherWaysIntoSyscallsNeedTheTracepoint() {
        add("x32_sys_call", 20, 700);
        assertObstacle("x32", plan(SYS_OPENAT));
        functions.remove("x64_sys_call");
        assertObstacle("tables", plan(SYS_OPENAT));
    }

    @Test
    void limitsTheNumberOfHooks() {
        Set<Integer> all = SyscallTable.capturedSyscalls(SyscallTable.eventTypes());
        Set<Integer> wanted = new HashSet<>(all);
        wanted.removeAll(Set.of(SYS_CLONE, SYS_CLONE3, SYS_FORK, SYS_VFORK, SYS_CLOSE));
        wanted.forEach(number -> add("__x64_sys_" + SyscallTable.name(number), 1000 + number, NAMED));
        assertObstacle("more than 256", SyscallHookPlan.of(wanted, new KernelFunctions(functions), NO_SYMBOLS));
    }
}
