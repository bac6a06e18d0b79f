package io.tiercel.sensor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.app.StandardStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The prefilter and the expected cost in {@code tiercel rules explain}. */
@Tag("unit")
class RulesExplainTest {
    private static final String RULES = """
        - rule: Tested
          desc: d
          condition: evt.type in (open, openat) and fd.name = /etc/shadow and proc.pname = x and user.name = root
          output: o
          priority: WARNING
        - rule: Not tested
          desc: d
          condition: evt.type = openat and user.name = root
          output: o
          priority: WARNING
        - rule: Process
          desc: d
          condition: evt.type = setns and proc.pname = x and proc.cmdline contains y
          output: o
          priority: WARNING
        - rule: Program
          desc: d
          condition: evt.type in (execve, clone) and proc.name = nc
          output: o
          priority: WARNING
        - rule: Disabled
          desc: d
          condition: evt.type = unlink
          output: o
          priority: WARNING
          enabled: false
        """;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Path rules = Path.of("");

    @BeforeEach
    void writeRules() throws IOException {
        rules = Files.writeString(folder.resolve("rules.yaml"), RULES);
    }

    private int explain(Object... arguments) {
        String[] texts = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
        String[] all = new String[texts.length + 2];
        all[0] = "rules";
        all[1] = "explain";
        System.arraycopy(texts, 0, all, 2, texts.length);
        try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            return Tiercel.commandLine(new StandardStreams(stream, stream, false))
                    .execute(all);
        }
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private void assertLine(String regex) {
        assertTrue(lines().stream().anyMatch(line -> line.matches(regex)), () -> regex + " in " + lines());
    }

    @Test
    void aTestedTypeCostsLittleIfDropped() {
        assertEquals(0, explain("--rules", rules, "Tested"));
        assertLine("prefilter    open, openat: path prefix");
        assertLine(" +tested once per process: proc.pname");
        assertLine(" +not tested: user.name \\(it can change while the program runs\\)");
        assertLine(
                "est\\. cost    open, openat: about 0\\.\\d µs in the kernel for an event that it drops, about [0-9.]+ µs for any other");
        assertLine(
                " +events that pass the tests have the full cost, even if a field that is not tested rules them out");
    }

    @Test
    void theRuleThatRecordsAllEventsIsNamed() {
        assertEquals(0, explain("--rules", rules, "Tested"));
        assertLine(" +openat: no event is dropped because of \"Not tested\"");
        assertEquals(0, explain("--rules", rules, "Not tested"));
        assertLine("prefilter    openat: no event is dropped");
        assertLine("est\\. cost    openat: about [0-9.]+ µs for each event, because the kernel drops none");
    }

    @Test
    void aTypeWithTestsOfProcessesOnlyCanBeDropped() {
        assertEquals(0, explain("--rules", rules, "Process"));
        assertLine("prefilter    setns: no test of single events");
        assertLine(" +tested once per process: proc.cmdline, proc.pname");
        assertLine(
                "est\\. cost    setns: about 0\\.\\d µs in the kernel for an event that it drops, about [0-9.]+ µs for any other");
    }

    @Test
    void eventsOfTheStateAreNeverDropped() {
        assertEquals(0, explain("--rules", rules, "Program"));
        assertLine(
                "est\\. cost    execve: about [0-9.]+ µs for an event that the kernel rules out, about [0-9.]+ µs for any other; "
                        + "none is dropped, because the sensor needs them for its state");
        assertLine("est\\. cost    clone: about [0-9.]+ µs for each event, because the kernel does not test them");
    }

    @Test
    void allEnabledRulesAreShown() {
        assertEquals(0, explain("--rules", rules, "--all"));
        assertEquals(
                List.of(
                        "rule         Tested",
                        "rule         Not tested",
                        "rule         Process",
                        "rule         Program"),
                lines().stream().filter(line -> line.startsWith("rule ")).toList());
        assertLine("openat: no event is dropped because of \"Not tested\"");
        assertFalse(lines().stream().anyMatch(line -> line.startsWith("execve: ")), () -> lines().toString());
    }

    @Test
    void everyBundledDetectionHasACost() {
        assertEquals(0, explain("--all", "--rules", Path.of("..", "rules", "detections")));
        String rule = "";
        boolean cost = true;
        for (String line : lines()) {
            if (line.startsWith("rule ")) {
                assertTrue(cost, rule);
                rule = line;
                cost = false;
            }
            cost |= line.startsWith("est. cost ");
        }
        assertTrue(cost, rule);
    }

    @Test
    void aRuleOrAllIsRequired() {
        assertEquals(2, explain("--rules", rules));
        assertLine("tiercel: give either the name of a rule or --all");
        assertEquals(2, explain("--rules", rules, "--all", "Tested"));
    }
}
