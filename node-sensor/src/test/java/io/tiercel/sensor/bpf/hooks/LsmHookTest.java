package io.tiercel.sensor.bpf.hooks;

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

/** The hooks agree with {@code bpf/lsm_hooks.h}. The guests of {@code bpf/kernels} run them. */
@Tag("unit")
class LsmHookTest {
    private static final Path SOURCE = Path.of(System.getProperty("tiercel.root"), "bpf/lsm_hooks.h");
    private static final Pattern PROGRAM = Pattern.compile("SEC\\(\"\\?(\\S+)\"\\)\\s+int (\\w+)\\(");

    @Test
    void eachProgramHasAHookAndEachHookAProgram() throws Exception {
        String source = Files.readString(SOURCE);
        Set<LsmHook> programs = PROGRAM.matcher(source)
                .results()
                .map(program -> assertNotNullHook(program.group(2)))
                .collect(Collectors.toSet());
        assertEquals(Set.of(LsmHook.values()), programs);
        assertTrue(PROGRAM.matcher(source)
                .results()
                .map(MatchResult::group)
                .allMatch(text -> text.contains("?fentry/security_") || text.contains("?fentry/fd_install\"")));
    }

    private static LsmHook assertNotNullHook(String program) {
        LsmHook hook = LsmHook.of(program);
        assertNotNull(hook, program);
        return hook;
    }

    @Test
    void eachHookHasExistingEventTypes() {
        Stream.of(LsmHook.values())
                .flatMap(hook -> hook.eventTypes().stream())
                .forEach(name -> assertTrue(EventTypes.code(name) >= 0, name));
    }

    @Test
    void aHookIsNeededForItsEventTypesOnly() {
        assertTrue(LsmHook.COPY_RENAME.isNeeded(Set.of("openat", "renameat2")));
        assertFalse(LsmHook.COPY_RENAME.isNeeded(Set.of("openat", "unlinkat")));
    }

    @Test
    void aTracepointHasNoFunction() {
        assertEquals("security_path_link", LsmHook.function("fentry/security_path_link"));
        assertNull(LsmHook.function("tp_btf/sys_exit"));
        assertNull(LsmHook.of("on_sys_exit"));
    }
}
