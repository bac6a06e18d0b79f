package io.tiercel.sensor.prefilter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.detect.FileNameMode;
import io.tiercel.sensor.detect.RuleDetector;
import io.tiercel.sensor.event.EventStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel drops calls that change files if no rule can match their paths, and no others. */
@Tag("live")
class LivePathCallsTest {
    /** Rules with each kind of pattern. Each of them matches calls of {@link #WANTED}. */
    private static final String RULES = """
            - {rule: history, desc: d, output: o, priority: INFO, condition: "evt.type in (unlink, unlinkat, rmdir, mkdir, mkdirat) and (evt.arg.path endswith sh_history or evt.arg.name endswith sh_history)"}
            - {rule: substring, desc: d, output: o, priority: INFO, condition: "evt.type in (unlink, unlinkat, rename, renameat, renameat2) and (evt.arg.name contains a-secret or evt.arg.path contains a-secret or evt.arg.oldpath contains a-secret)"}
            - {rule: folder, desc: d, output: o, priority: INFO, condition: "evt.type in (unlink, unlinkat) and fs.path.name startswith %1$s/guarded/"}
            - {rule: moved, desc: d, output: o, priority: INFO, condition: "evt.type in (rename, renameat, renameat2) and evt.arg.newpath = %1$s/guarded/moved"}
            - {rule: linked, desc: d, output: o, priority: INFO, condition: "evt.type in (link, linkat) and evt.arg.oldpath in (/etc/none, %1$s/original)"}
            - {rule: pointed, desc: d, output: o, priority: INFO, condition: "evt.type in (symlink, symlinkat) and evt.arg.target in (/etc/none, ../original)"}
            - {rule: mode, desc: d, output: o, priority: INFO, condition: "evt.type in (chmod, fchmodat) and evt.arg.filename glob '*/guarded/*'"}
            - {rule: privileged, desc: d, output: o, priority: INFO, condition: "evt.type in (chmod, fchmod, fchmodat) and (evt.arg.mode contains S_ISUID or evt.arg.mode contains S_ISGID)"}
            """;

    /** Calls that match a rule, and the name of the rule. */
    private static final List<String> WANTED = List.of(
            "history: put('zsh_history'); os.unlink(root + '/zsh_history')",
            "history: put('zsh_history'); os.unlink('zsh_history')",
            "history: put('a/zsh_history'); os.unlink('zsh_history', dir_fd=a)",
            "history: put('zsh_history'); os.unlink('a/../zsh_history')",
            "history: put('zsh_history'); os.unlink('.//zsh_history')",
            "history: os.mkdir('sh_history/')",
            "history: os.rmdir('sh_history')",
            "history: attempt(os.unlink, '/none/zsh_history')",
            "history: put(b'a/\\xff\\x01zsh_history'); os.unlink(b'a/\\xff\\x01zsh_history')",
            "history: put(long + '/sh_history'); os.unlink(long + '/sh_history')",
            "history: put('a/' + 'n' * 242 + '_sh_history'); os.unlink('n' * 242 + '_sh_history', dir_fd=a)",
            "substring: put('a-secret-1'); os.unlink('a-secret-1')",
            "substring: put('aa-secret'); os.rename('aa-secret', 'a/x')",
            "substring: os.mkdir('a-secret'); put('a-secret/x'); os.unlink('a-secret/x')",
            "folder: put('guarded/x'); os.unlink('guarded/x')",
            "folder: put('guarded/x'); os.unlink('guarded/./x')",
            "folder: put('guarded/x'); os.unlink('../guarded/x', dir_fd=a)",
            "moved: put('x'); os.rename('x', root + '/guarded/moved')",
            "moved: put('x'); os.rename('x', 'moved', dst_dir_fd=guarded)",
            "moved: put('x'); os.rename(root + '/x', '../guarded/moved', dst_dir_fd=a)",
            "linked: put('original'); os.link('original', 'link-1')",
            "linked: os.link(root + '/original', root + '/link-2')",
            "linked: os.link('a/../original', 'link-3')",
            "pointed: os.symlink('../original', 'link-4')",
            "mode: put('guarded/y'); os.chmod('guarded/y', 0o600)",
            "mode: os.chmod('y', 0o600, dir_fd=guarded)",
            "privileged: put('z'); os.chmod('z', 0o4755)",
            "privileged: os.chmod('../z', 0o2755, dir_fd=a)",
            "privileged: os.fchmod(a, 0o6700)");

    /** Calls that no rule matches and that the kernel can tell. */
    private static final List<String> UNWANTED = List.of(
            "put('u'); os.unlink('u')",
            "put('u'); os.unlink(root + '/u')",
            "put('a/u'); os.unlink('u', dir_fd=a)",
            "put('.u'); os.unlink('.u')",
            "put('a/..u'); os.unlink('a/..u')",
            "os.mkdir('m'); os.rmdir('m')",
            "os.mkdir(root + '/a/m'); os.rmdir('m', dir_fd=a)",
            "put('sh_history_'); os.unlink('sh_history_')",
            "put('a-secre'); os.unlink('a-secre')",
            "put('u'); os.rename('u', 'a/u'); os.rename('u', root + '/u', src_dir_fd=a); os.unlink('u')",
            "put('u'); os.link('u', 'a/v'); os.link(root + '/u', root + '/w'); os.unlink('u'); os.unlink('a/v'); os.unlink('w')",
            "os.symlink('../u', 'v'); os.symlink('/etc', 'a/v'); os.unlink('v'); os.unlink('a/v')",
            "put('u'); os.chmod('u', 0o600); os.chmod(root + '/u', 0o644); os.unlink('u')",
            "os.fchmod(a, 0o1755); os.fchmod(a, 0o755)",
            "attempt(os.unlink, '/none/file')",
            "attempt(os.rename, '/none/file', '/none/other')");

    private static final List<String> TYPES = List.of(
            "unlink",
            "unlinkat",
            "rmdir",
            "mkdir",
            "mkdirat",
            "rename",
            "renameat",
            "renameat2",
            "link",
            "linkat",
            "symlink",
            "symlinkat",
            "chmod",
            "fchmod",
            "fchmodat");

    private static final String PROGRAM = """
            import os, sys
            root = sys.argv[1]
            def put(path):
                open(path, 'w').close()
            def attempt(call, *arguments):
                try:
                    call(*arguments)
                except OSError:
                    pass
            os.chdir(root)
            long = '/'.join('n' * 100 for i in range(4))
            os.makedirs('a')
            os.makedirs('guarded')
            os.makedirs(long)
            a = os.open('a', os.O_RDONLY)
            guarded = os.open('guarded', os.O_RDONLY)
            """;

    private static final FieldRef ARGUMENTS = new FieldRef(Field.EVT_ARGS, -1, null, 0);

    @TempDir
    Path folder;

    @BeforeAll
    static void assumeCapture() {
        LivePrefilterTest.assumeCapture();
    }

    /** The alerts of a program by rule, and the dropped calls. */
    private record Outcome(Map<String, Long> alerts, long dropped, List<String> seen) {}

    /** Runs Python statements and evaluates the calls that reach the sensor. */
    private Outcome run(PrefilterMode mode, List<String> statements) throws Exception {
        Path root = Files.createDirectory(folder.resolve(mode.toString()));
        Path rules = Files.writeString(folder.resolve("rules.yaml"), RULES.formatted(root));
        RuleEngine engine = LivePrefilterTest.engine(List.of(rules));
        Prefilter prefilter = Prefilter.of(engine);
        Path program = Files.writeString(folder.resolve("program.py"), PROGRAM + String.join("\n", statements) + "\n");
        List<String> rulesOfAlerts = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        List<Alert> matched = new ArrayList<>();
        RuleDetector detector = new RuleDetector(engine, FileNameMode.BOTH, "node", matched::add);
        try (EventStream stream = LivePrefilterTest.open(engine, mode)) {
            stream.installPrefilter(prefilter.tables(), prefilter.processConditions()::remaining);
            Map<String, Long> before = new TreeMap<>(stream.filteredEvents());
            LivePrefilterTest.runUntilEndMarker(
                    stream,
                    event -> {
                        if (TYPES.contains(EventTypes.name(event.type()))) {
                            seen.add(EventTypes.name(event.type()) + " " + event.text(ARGUMENTS));
                        }
                        matched.clear();
                        detector.detect(event);
                        matched.stream()
                                .filter(alert -> LivePrefilterTest.survives(prefilter, engine, event, alert))
                                .forEach(alert -> rulesOfAlerts.add(alert.rule()));
                    },
                    "python3 " + program + " " + root);
            long dropped = TYPES.stream()
                    .mapToLong(type -> stream.filteredEvents().getOrDefault(type, 0L) - before.getOrDefault(type, 0L))
                    .sum();
            assertEquals(0, stream.losses().lostEvents());
            return new Outcome(
                    rulesOfAlerts.stream().collect(Collectors.groupingBy(rule -> rule, Collectors.counting())),
                    dropped,
                    seen);
        }
    }

    @Test
    void callsThatMatchAreNeverDropped() throws Exception {
        Map<String, Long> expected = WANTED.stream()
                .collect(Collectors.groupingBy(line -> line.substring(0, line.indexOf(':')), Collectors.counting()));
        List<String> statements = WANTED.stream()
                .map(line -> line.substring(line.indexOf(':') + 2))
                .toList();
        for (PrefilterMode mode : List.of(PrefilterMode.ON, PrefilterMode.VERIFY)) {
            assertEquals(expected, run(mode, statements).alerts, mode.toString());
        }
    }

    @Test
    void callsThatCannotMatchAreDropped() throws Exception {
        List<String> statements =
                Stream.generate(() -> UNWANTED).limit(20).flatMap(List::stream).toList();
        Outcome outcome = run(PrefilterMode.ON, statements);
        assertEquals(Map.of(), outcome.alerts);
        assertTrue(outcome.dropped >= 20 * 28, () -> "dropped " + outcome.dropped);
        // Only the folders that the program makes before are in doubt.
        assertTrue(outcome.seen.size() <= 10, () -> outcome.seen.toString());
    }
}
