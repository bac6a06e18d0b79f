package io.tiercel.sensor.prefilter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.event.Event;
import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.detect.FileNameMode;
import io.tiercel.sensor.detect.RuleDetector;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.event.PrefilteredEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernel drops events of processes whose command line or ancestors rule out all rules, and no others. Each script opens the file
 * {@code read} until the kernel drops these opens, then changes a program or an ancestor, and opens the file again.
 */
@Tag("live")
class LiveProcessMasksTest {
    private static final int MAX_RUNS = 15;
    private static final int MIN_MASKS = 100;

    private static final int DROPPED = 100;
    private static final int OPENS_AFTER = 25;

    @TempDir
    Path folder;

    private final List<Alert> alerts = new ArrayList<>();
    private Optional<Process> process = Optional.empty();

    @BeforeEach
    void createPrograms() throws Exception {
        Files.writeString(folder.resolve("read"), "x");
        for (String name : List.of("keeper", "evil", "middle")) {
            Path program = Files.copy(Path.of("/bin/bash").toRealPath(), folder.resolve(name));
            assertTrue(program.toFile().setExecutable(true));
        }
        Files.writeString(folder.resolve("until-stopped"), """
                while [ ! -e %1$s/go ]; do : < %1$s/read; done
                : > %1$s/stopped
                """.formatted(folder));
        Files.writeString(folder.resolve("open-again"), """
                for i in $(seq %2$d); do : < %1$s/read; done; : > %1$s/done
                """.formatted(folder, OPENS_AFTER));
    }

    @AfterEach
    void endProcesses() {
        process.ifPresent(p -> {
            p.descendants().forEach(ProcessHandle::destroyForcibly);
            p.destroyForcibly();
        });
    }

    @Test
    void programThatTheProcessExecutesEndsTheMask() throws Exception {
        assertEquals(OPENS_AFTER, alertsAfterChange("proc.cmdline contains evil-argument", """
                . %1$s/until-stopped
                exec bash -c '. %1$s/open-again' evil-argument"""));
    }

    @Test
    void programThatTheParentExecutesEndsTheMask() throws Exception {
        assertEquals(OPENS_AFTER, alertsAfterChange("proc.pname = evil", """
                parent=$BASHPID
                (. %1$s/until-stopped; until [ "$(< /proc/$parent/comm)" = evil ]; do :; done; . %1$s/open-again) &
                until [ -e %1$s/stopped ]; do sleep 0.01; done
                exec %1$s/evil -c 'until [ -e %1$s/done ]; do sleep 0.01; done'"""));
    }

    @Test
    void programThatTheGrandparentExecutesEndsTheMask() throws Exception {
        assertEquals(OPENS_AFTER, alertsAfterChange("proc.aname[2] = evil", """
                first=$BASHPID
                (
                    (. %1$s/until-stopped; until [ "$(< /proc/$first/comm)" = evil ]; do :; done; . %1$s/open-again) &
                    wait
                ) &
                until [ -e %1$s/stopped ]; do sleep 0.01; done
                exec %1$s/evil -c 'until [ -e %1$s/done ]; do sleep 0.01; done'"""));
    }

    @Test
    void parentThatEndsEndsTheMask() throws Exception {
        assertEquals(OPENS_AFTER, alertsAfterChange("not proc.pname = keeper", """
                %1$s/keeper -c '
                    parent=$BASHPID
                    (. %1$s/until-stopped; while read -r _ _ _ ppid _ < /proc/$BASHPID/stat; [ $ppid = $parent ]; do :; done
                    . %1$s/open-again) &
                    until [ -e %1$s/stopped ]; do sleep 0.01; done'
                until [ -e %1$s/done ]; do sleep 0.01; done"""));
    }

    @Test
    void childDoesNotInheritTheMask() throws Exception {
        assertEquals(OPENS_AFTER, alertsAfterChange("proc.pname = middle", """
                exec %1$s/middle -c '. %1$s/until-stopped; (. %1$s/open-again) & wait'"""));
    }

    @Test
    void verifiedMasksExcludeNoMatch() throws Exception {
        Path script = Path.of(Objects.requireNonNull(getClass().getResource("/prefilter/ancestors.py"))
                .toURI());
        List<String> conditions = List.of(
                "proc.pname = two",
                "not proc.pname in (three, four, python3)",
                "proc.aname[2] = two",
                "proc.aname[3] = two",
                "proc.aname = one",
                "not proc.aname in (python3)",
                "proc.cmdline contains /two",
                "proc.pcmdline contains /two",
                "proc.exepath endswith /one");
        StringBuilder rules = new StringBuilder();
        conditions.forEach(condition -> rules.append(rule("rule " + conditions.indexOf(condition), condition)));
        RuleEngine engine = engine(rules.toString());
        Prefilter prefilter = Prefilter.of(engine);
        RuleDetector detector = new RuleDetector(engine, FileNameMode.BOTH, "node", alerts::add);
        List<String> excluded = new ArrayList<>();
        long[] counts = new long[2];
        try (EventStream stream = LivePrefilterTest.open(engine, PrefilterMode.VERIFY)) {
            stream.installPrefilter(prefilter.tables(), prefilter.processConditions()::remaining);
            Consumer<Event> verify = event -> {
                alerts.clear();
                detector.detect(event);
                if (alerts.isEmpty()) {
                    stream.noRuleMatched(event);
                }
                counts[0] += alerts.size();
                counts[1] += ((PrefilteredEvent) event).disjuncts() == 0 ? 1 : 0;
                alerts.stream()
                        .filter(alert -> !LivePrefilterTest.survives(prefilter, engine, event, alert))
                        .forEach(alert -> excluded.add(alert.rule() + " " + alert.message()));
            };
            // Programs that start elsewhere on a busy machine end masks, so one run may see few of them.
            for (int seed = 7; seed < 7 + MAX_RUNS && (stream.processMasks() < MIN_MASKS || counts[1] < 1000); seed++) {
                LivePrefilterTest.runUntilEndMarker(
                        stream, verify, "python3 " + script + " " + folder + " " + seed + " 4");
            }
            assertEquals(0, stream.losses().lostEvents());
            assertTrue(stream.processMasks() >= MIN_MASKS, () -> "masks: " + stream.processMasks());
        }
        assertEquals(List.of(), excluded);
        assertTrue(counts[0] > 100, () -> "alerts: " + counts[0]);
        assertTrue(counts[1] >= 1000, () -> "excluded events: " + counts[1]);
    }

    /** Runs a script and returns the number of alerts about the file {@code read}. */
    private int alertsAfterChange(String condition, String script) throws Exception {
        RuleEngine engine = engine(rule("read", condition));
        Prefilter prefilter = Prefilter.of(engine);
        RuleDetector detector = new RuleDetector(engine, FileNameMode.BOTH, "node", alerts::add);
        try (EventStream stream = LivePrefilterTest.open(engine, PrefilterMode.ON)) {
            stream.installPrefilter(prefilter.tables(), prefilter.processConditions()::remaining);
            Path file = Files.writeString(folder.resolve("script"), script.formatted(folder));
            Process started = new ProcessBuilder("bash", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process = Optional.of(started);
            EventStream.Handler handler = event -> evaluate(stream, detector, event);
            Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> {
                stream.poll(handler, 10);
                assertEquals(List.of(), alerts);
                return stream.filteredEvents().getOrDefault("openat", 0L) > DROPPED;
            });
            Files.createFile(folder.resolve("go"));
            Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> {
                stream.poll(handler, 10);
                return !started.isAlive();
            });
            stream.finish(handler);
            assertEquals(0, stream.losses().lostEvents());
        }
        return alerts.size();
    }

    private void evaluate(EventStream stream, RuleDetector detector, Event event) {
        int before = alerts.size();
        detector.detect(event);
        if (alerts.size() == before) {
            stream.noRuleMatched(event);
        }
    }

    private String rule(String name, String condition) {
        return """
                - {rule: %s, desc: d, output: '%%proc.name %%proc.pname %%proc.aname[2] %%proc.cmdline', priority: INFO, condition: 'evt.type = openat and fd.name = %s/read and %s'}
                """.formatted(name, folder, condition);
    }

    private RuleEngine engine(String rules) throws Exception {
        return LivePrefilterTest.engine(List.of(Files.writeString(folder.resolve("rules.yaml"), rules)));
    }
}
