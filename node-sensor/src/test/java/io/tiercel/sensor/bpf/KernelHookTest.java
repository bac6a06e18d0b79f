package io.tiercel.sensor.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.event.EventTypes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The hooks agree with {@code bpf/hooks.h}. The guests of {@code bpf/kernels} run them. */
@Tag("unit")
class KernelHookTest {
    private static final Path SOURCE = Path.of(System.getProperty("tiercel.root"), "bpf/hooks.h");
    private static final Pattern PROGRAM = Pattern.compile("SEC\\(\"\\?(\\S+)\"\\)\\s+int (\\w+)\\(");

    @Test
    void eachProgramHasAHookAndEachHookAProgram() throws Exception {
        String source = Files.readString(SOURCE);
        Set<KernelHook> programs = PROGRAM.matcher(source)
                .results()
                .map(program -> assertNotNullHook(program.group(2)))
                .collect(Collectors.toSet());
        assertEquals(Set.of(KernelHook.values()), programs);
        assertTrue(PROGRAM.matcher(source)
                .results()
                .map(MatchResult::group)
                .allMatch(text -> text.contains("?fentry/security_") || text.contains("?fentry/fd_install\"")));
    }

    private static KernelHook assertNotNullHook(String program) {
        KernelHook hook = KernelHook.of(program);
        assertNotNull(hook, program);
        return hook;
    }

    @Test
    void eachHookHasExistingEventTypes() {
        Stream.of(KernelHook.values())
                .flatMap(hook -> hook.eventTypes().stream())
                .forEach(name -> assertTrue(EventTypes.code(name) >= 0, name));
    }

    @Test
    void aHookIsNeededForItsEventTypesOnly() {
        assertTrue(KernelHook.COPY_RENAME.isNeeded(Set.of("openat", "renameat2")));
        assertFalse(KernelHook.COPY_RENAME.isNeeded(Set.of("openat", "unlinkat")));
    }

    @Test
    void aTracepointHasNoFunction() {
        assertEquals("security_path_link", KernelHook.function("fentry/security_path_link"));
        assertNull(KernelHook.function("tp_btf/sys_exit"));
        assertNull(KernelHook.of("on_sys_exit"));
    }
}
