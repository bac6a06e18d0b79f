package io.tiercel.sensor.prefilter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import io.tiercel.sensor.bpf.BackgroundProgramLoader;
import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.bpf.load.CaptureSizes;
import io.tiercel.sensor.bpf.load.RingBufferSize;
import io.tiercel.sensor.bpf.record.RecordLayout;
import io.tiercel.sensor.delivery.AlertDelivery;
import io.tiercel.sensor.delivery.AlertWriter;
import io.tiercel.sensor.detect.FileNameMode;
import io.tiercel.sensor.detect.PrefilterCompilation;
import io.tiercel.sensor.detect.ReloadingDetector;
import io.tiercel.sensor.detect.RuleDetector;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.event.EventStreams;
import io.tiercel.sensor.event.LiveOptions;
import io.tiercel.sensor.event.PrefilteredEvent;
import io.tiercel.sensor.spool.AlertIdGenerator;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the prefilter in the kernel and checks that it drops unmatched events and no others. */
@Tag("live")
class LivePrefilterTest {
    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));
    private static final FieldRef MARK = new FieldRef(Field.PROC_ENV, -1, "TIERCEL_TEST", 0);
    private static final FieldRef NAME = new FieldRef(Field.FD_NAME, -1, null, 1);
    private static final FieldRef PROGRAM = new FieldRef(Field.PROC_NAME, -1, null, 2);
    private static final String MARK_VALUE =
            "prefilter-" + ProcessHandle.current().pid();
    private static final String END_MARKER = "/etc/tiercel-test-end";
    private static final AtomicInteger END_MARKERS = new AtomicInteger();
    private static final String END_MARKER_RULE = """
            - {rule: test end, desc: d, output: o, priority: INFO, condition: (evt.type = open or evt.type = openat) and fd.name startswith /etc/tiercel-test-end}
            """;

    @TempDir
    private Path folder;

    @BeforeAll
    static void assumeCapture() {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail() + "; " + check.remedy());
        }
        assumeTrue(System.getProperty("user.name").equals("root"), "the workload requires root");
    }

    static Stream<List<Path>> ruleSets() throws IOException {
        List<Path> ours;
        try (Stream<Path> files = Files.list(ROOT.resolve("rules/detections"))) {
            ours = files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
        String official = System.getenv("TIERCEL_FALCO_RULES");
        return official == null ? Stream.of(ours) : Stream.of(ours, List.of(Path.of(official, "falco_rules.yaml")));
    }

    /**
     * In verify mode, the kernel submits every event with its surviving disjuncts. The test compares them with the
     * rules.
     */
    @ParameterizedTest
    @MethodSource("ruleSets")
    void kernelNeverExcludesMatchingRules(List<Path> files) throws Exception {
        RuleEngine engine = engine(files);
        Prefilter prefilter = Prefilter.of(engine);
        DisjunctRules disjunctRules = prefilter.disjunctRules();
        Map<String, String> mismatches = new TreeMap<>();
        int[] counts = new int[3];
        run(engine, prefilter, PrefilterMode.VERIFY, 7, (event, matched) -> {
            PrefilteredEvent seen = (PrefilteredEvent) event;
            counts[0] += seen.generation() > 0 ? 1 : 0;
            counts[1] += seen.generation() > 0 && seen.disjuncts() == 0 ? 1 : 0;
            for (Rule rule : engine.rules()) {
                boolean matches =
                        matched.stream().anyMatch(alert -> alert.rule().equals(rule.name()));
                counts[2] += matches ? 1 : 0;
                if (matches && seen.generation() > 0 && !disjunctRules.mayMatch(event.type(), seen.disjuncts(), rule)) {
                    mismatches.put(rule.name(), EventTypes.name(event.type()) + " " + event.text(NAME));
                }
            }
        });
        assertEquals(Map.of(), mismatches);
        assertTrue(counts[0] > 1_000 && counts[1] > counts[0] / 2 && counts[2] > 30, () -> Arrays.toString(counts));
    }

    @ParameterizedTest
    @MethodSource("ruleSets")
    void alertsAreTheSameWithAndWithoutPrefilter(List<Path> files) throws Exception {
        RuleEngine engine = engine(files);
        Prefilter prefilter = Prefilter.of(engine);
        List<List<String>> alerts = new ArrayList<>();
        for (PrefilterMode mode : List.of(PrefilterMode.OFF, PrefilterMode.ON)) {
            List<String> of = new ArrayList<>();
            run(
                    engine,
                    prefilter,
                    mode,
                    11,
                    (event, matched) -> matched.forEach(alert -> of.add(alert.rule() + " "
                            + EventTypes.name(event.type()) + " " + event.text(NAME) + " " + event.text(PROGRAM) + " "
                            + alert.outputFields().get("tiercel.matched_name"))));
            of.sort(null);
            alerts.add(of);
        }
        assertEquals(difference(alerts.get(0), alerts.get(1)), difference(alerts.get(1), alerts.get(0)));
        assertTrue(alerts.get(0).size() > 30, () -> alerts.toString());
    }

    @Test
    void dropsUnmatchedEventsOnHostAndInContainer() throws Exception {
        for (List<Path> files : ruleSets().toList()) {
            RuleEngine engine = engine(files);
            Path plain = Files.writeString(folder.resolve("plain"), "x");
            List<String> seen = new ArrayList<>();
            try (EventStream stream = open(engine, PrefilterMode.ON)) {
                stream.installPrefilter(Prefilter.of(engine).tables(), event -> -1);
                String opens = "for i in 1 2 3 4 5; do cat " + plain + " /usr/bin/cat; done >/dev/null";
                runUntilEndMarker(stream, event -> seen.add(event.text(PROGRAM) + " " + event.text(NAME)), opens);
                inContainer(stream, event -> seen.add(event.text(PROGRAM) + " " + event.text(NAME)), opens);
                assertTrue(
                        stream.filteredEvents().getOrDefault("openat", 0L) >= 20,
                        () -> stream.filteredEvents().toString());
            }
            assertFalse(seen.stream().anyMatch(line -> line.equals("cat " + plain)), () -> seen.toString());
            assertFalse(seen.stream().anyMatch(line -> line.equals("cat /usr/bin/cat")), () -> seen.toString());
        }
    }

    /**
     * The kernel compares the path argument with the file name one word at a time. Each path here has the length of
     * the name and differs from it in one byte, which may be a slash. A symbolic link leads from the path to the file.
     */
    @Test
    void pathThatDiffersInOneByteIsNotTreatedAsEqual() throws Exception {
        List<String> names = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int length : new int[] {1, 2, 6, 7, 8, 9, 15, 16, 17, 24, 25, 33, 63, 64, 65, 95, 96, 97, 120}) {
            Path named = Files.createDirectory(folder.resolve("n".repeat(length)));
            String name = Files.writeString(named.resolve("file"), "x").toString();
            names.add(name);
            texts.add(Files.createSymbolicLink(folder.resolve("n".repeat(length) + "mfile"), Path.of(name))
                    .toString());
            for (int at = 0; at < length; at++) {
                Path other = folder.resolve("n".repeat(at) + "m" + "n".repeat(length - at - 1));
                texts.add(Files.createSymbolicLink(other, named).resolve("file").toString());
            }
        }
        Path list = Files.write(folder.resolve("texts"), texts);
        RuleEngine engine = engine(List.of(Files.writeString(
                folder.resolve("names.yaml"),
                "- {rule: named, desc: d, output: o, priority: INFO, condition: "
                        + "\"(evt.type = open or evt.type = openat) and fd.name in (" + String.join(", ", names)
                        + ")\"}\n")));
        assertEquals(texts, pathsOfAlerts(engine, "while read -r text; do : < $text; done < " + list));
    }

    /**
     * The early filter compares a relative path with the end of the file's name. Each path here differs from it in one
     * byte, or starts from another directory, and a rule names only the path as passed.
     */
    @Test
    void relativePathThatDiffersInOneByteIsNotTreatedAsEqual() throws Exception {
        List<String> texts = new ArrayList<>();
        for (int length : new int[] {3, 8, 9, 17}) {
            Path named = Files.createDirectories(folder.resolve("in/" + "n".repeat(length)));
            Files.writeString(named.resolve("file"), "x");
            for (int at = 0; at < length; at++) {
                Path other = folder.resolve("in/" + "n".repeat(at) + "m" + "n".repeat(length - at - 1));
                texts.add(Files.createSymbolicLink(other, named).resolve("file").toString());
            }
        }
        Path sameEnd = Files.createDirectories(folder.resolve("into/nnn")).resolve("link");
        Files.createSymbolicLink(sameEnd, folder.resolve("in/nnn/link"));
        Files.writeString(folder.resolve("in/nnn/link"), "x");
        RuleEngine engine = engine(List.of(Files.writeString(
                folder.resolve("names.yaml"),
                "- {rule: named, desc: d, output: o, priority: INFO, condition: "
                        + "\"evt.type in (open, openat) and fd.name in (" + String.join(", ", texts) + ", " + sameEnd
                        + ")\"}\n")));
        Path list = Files.write(folder.resolve("texts"), texts);
        String absolute = "while read -r text; do : < $text; done < " + list;
        String relative = "cd " + folder + "/in; while read -r text; do : < ${text#" + folder + "/in/}; done < " + list
                + "; : < nnn/link; cd ../into; : < nnn/link";
        assertEquals(texts, pathsOfAlerts(engine, absolute));
        List<String> expected = new ArrayList<>(texts);
        expected.add(sameEnd.toString());
        assertEquals(expected, pathsOfAlerts(engine, relative));
    }

    /** The kernel searches a path for "../" one word at a time. Here it is at every offset, in paths of many lengths. */
    @Test
    void parentTraversalIsSeenAtEveryOffset() throws Exception {
        Files.writeString(folder.resolve("x"), "x");
        List<String> texts = new ArrayList<>();
        for (int length = 1; length <= 20; length++) {
            String below = Files.createDirectory(folder.resolve("n".repeat(length)))
                    .getFileName()
                    .toString();
            texts.add(folder + "/" + below + "/../x");
            texts.add(below + "/../x");
            texts.add(folder + "/" + below + "/../" + below + "/../x");
        }
        Path list = Files.write(folder.resolve("texts"), texts);
        RuleEngine engine = engine(List.of(Files.writeString(folder.resolve("climbs.yaml"), """
                - {rule: climbs, desc: d, output: o, priority: INFO, condition: 'evt.type in (open, openat) and fd.nameraw contains "../"'}
                """)));
        List<String> seen =
                pathsOfAlerts(engine, "cd " + folder + "; while read -r text; do : < $text; done < " + list);
        assertEquals(texts.size(), seen.size(), () -> seen.toString());
    }

    /** Opens by every kind of path, which no rule matches, do not reach the sensor. */
    @Test
    void dropsOpensByAnyPathAtOnce() throws Exception {
        Path file = Files.writeString(
                Files.createDirectories(folder.resolve("a-long-name/b")).resolve("file"), "x");
        Files.createSymbolicLink(folder.resolve("link"), file);
        RuleEngine engine = engine(List.of(Files.writeString(folder.resolve("names.yaml"), """
                - {rule: read, desc: d, output: o, priority: INFO, condition: "evt.type in (open, openat) and fd.name in (/etc/tiercel/a, /b/tiercel)"}
                """)));
        List<String> seen = new ArrayList<>();
        String opens = """
                cd %1$s/a-long-name; for i in 1 2 3 4 5; do : < b/file; : < %1$s/link; : < %1$s/a-long-name/b/file; done
                for i in 1 2 3 4 5; do cat %1$s/none; done""".formatted(folder);
        try (EventStream stream = open(engine, PrefilterMode.ON)) {
            stream.installPrefilter(Prefilter.of(engine).tables(), event -> -1);
            runUntilEndMarker(stream, event -> seen.add(event.text(PROGRAM) + " " + event.text(NAME)), opens);
        }
        assertFalse(seen.stream().anyMatch(line -> line.contains(folder.toString())), () -> seen.toString());
    }

    /**
     * Paths that contain the whole name, paths that are contained in it, and a directory whose name ends in two dots, in an
     * absolute and in a relative path.
     */
    @Test
    void pathThatContainsTheNameIsNotTreatedAsEqual() throws Exception {
        Path target = Files.createDirectory(folder.resolve("target")).resolve("file");
        Files.writeString(target, "x");
        Path throughRoot = Path.of(
                Files.createSymbolicLink(folder.resolve("root"), Path.of("/")).toString() + target);
        Path dots =
                Files.writeString(Files.createDirectory(folder.resolve("n..")).resolve("file"), "x");
        List<String> names = new ArrayList<>(List.of(target.toString()));
        List<String> texts = new ArrayList<>(List.of(throughRoot.toString(), dots.toString()));
        for (int depth = 1;
                depth < 32;
                depth++) { // The same path again inside the folder, so that a path argument equals the end of the name.
            String below = "d" + depth + "/d".repeat(depth - 1);
            Path inner = Path.of(folder.toString() + folder).resolve(below);
            Files.createDirectories(inner);
            names.add(Files.writeString(inner.resolve("file"), "x").toString());
            Path start = Path.of(folder.toString() + folder).resolve("d" + depth);
            Files.createSymbolicLink(folder.resolve("d" + depth), start);
            texts.add(folder.resolve(below).resolve("file").toString());
        }
        Path list = Files.write(folder.resolve("texts"), texts);
        RuleEngine engine = engine(
                List.of(Files.writeString(folder.resolve("names.yaml"), """
                - {rule: named, desc: d, output: o, priority: INFO, condition: "evt.type in (open, openat) and fd.name in (%s)"}
                - {rule: climbs, desc: d, output: o, priority: INFO, condition: 'evt.type in (open, openat) and fd.nameraw contains "../"'}
                """.formatted(String.join(", ", names)))));
        texts.add(dots.toString());
        assertEquals(
                texts,
                pathsOfAlerts(
                        engine,
                        "while read -r text; do : < $text; done < " + list + "; cd " + folder + "; : < n../file"));
    }

    /**
     * A detector that verifies the tables reports nothing. When the test makes the masks of all results wrong, so that they
     * exclude the rule, it reports the rule once and counts each of its matches.
     */
    @ParameterizedTest
    @CsvSource({"false, 0", "true, 3"})
    void verificationReportsAWrongMask(boolean wrong, int mismatches) throws Exception {
        Path read = Files.writeString(folder.resolve("read"), "x");
        RuleEngine engine = engine(List.of(Files.writeString(folder.resolve("named.yaml"), """
                - {rule: named, desc: d, output: o, priority: INFO, condition: "evt.type in (open, openat) and fd.name = %s"}
                """.formatted(read))));
        List<Alert> alerts = new ArrayList<>();
        try (EventStream live = open(engine, PrefilterMode.VERIFY)) {
            AtomicBoolean installed = new AtomicBoolean();
            EventStream stream = (EventStream) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {EventStream.class}, (_, method, arguments) -> {
                        if (method.getName().equals("installPrefilter")) {
                            installed.set(true);
                            arguments[0] = wrong ? withoutResults((PrefilterTables) arguments[0]) : arguments[0];
                        }
                        return method.invoke(live, arguments);
                    });
            ReloadingDetector detector = new ReloadingDetector(
                    stream,
                    engine,
                    PrefilterCompilation.begin(engine, _ -> {}),
                    FileNameMode.BOTH,
                    AlertDelivery.direct(
                            new AlertWriter(AlertIdGenerator.forReplay("node", "boot"), null, List.of(alerts::add))),
                    new ArrayDeque<>(),
                    line -> {});
            Awaitility.await().pollInSameThread().until(() -> {
                detector.betweenEvents();
                return installed.get();
            });
            runUntilEndMarker(live, detector::detect, "for i in 1 2 3; do : < " + read + "; cat /etc/hostname; done");
            assertTrue(detector.verifiedEvents() > 3, () -> "verified: " + detector.verifiedEvents());
            assertEquals(mismatches, detector.prefilterMismatches());
        }
        List<String> rules = alerts.stream().map(Alert::rule).toList();
        assertEquals(3, Collections.frequency(rules, "named"), rules::toString);
        assertEquals(
                Math.min(mismatches, 1),
                Collections.frequency(rules, "Tiercel internal: prefilter mismatch"),
                rules::toString);
    }

    /** Returns tables that exclude all rules, whatever a call returns. */
    private static PrefilterTables withoutResults(PrefilterTables tables) {
        byte[] bytes = tables.bytes();
        int length = RecordLayout.FILTERED_TYPES * RecordLayout.RESULT_CLASSES * Long.BYTES;
        Arrays.fill(
                bytes, RecordLayout.PREFILTER_TABLES_RESULT, RecordLayout.PREFILTER_TABLES_RESULT + length, (byte) 0);
        return new PrefilterTables(bytes, tables.commClasses());
    }

    /** Returns the path arguments of the opens that raised an alert while the command ran. */
    private List<String> pathsOfAlerts(RuleEngine engine, String command) throws Exception {
        List<String> names = new ArrayList<>();
        List<Alert> matched = new ArrayList<>();
        RuleDetector detector = new RuleDetector(engine, FileNameMode.BOTH, "node", matched::add);
        Prefilter prefilter = Prefilter.of(engine);
        try (EventStream stream = open(engine, PrefilterMode.ON)) {
            stream.installPrefilter(prefilter.tables(), prefilter.processConditions()::remaining);
            runUntilEndMarker(
                    stream,
                    event -> {
                        matched.clear();
                        detector.detect(event);
                        if (matched.stream().anyMatch(alert -> survives(prefilter, engine, event, alert))) {
                            names.add(String.valueOf(event.text(NAME)));
                        }
                    },
                    command);
            assertEquals(0, stream.losses().lostEvents());
        }
        return names;
    }

    /** Returns whether the kernel left the rule of the alert, which the sensor would not evaluate otherwise. */
    static boolean survives(Prefilter prefilter, RuleEngine engine, Event event, Alert alert) {
        PrefilteredEvent seen = (PrefilteredEvent) event;
        return seen.generation() == 0
                || engine.rules().stream()
                        .filter(rule -> rule.name().equals(alert.rule()))
                        .anyMatch(rule -> prefilter.disjunctRules().mayMatch(event.type(), seen.disjuncts(), rule));
    }

    /** Returns the elements of one list without those of the other, respecting multiplicity. */
    private static List<String> difference(List<String> one, List<String> other) {
        List<String> rest = new ArrayList<>(one);
        other.forEach(rest::remove);
        return rest;
    }

    private interface EvaluationListener {
        void evaluated(Event event, List<Alert> matched);
    }

    private void run(RuleEngine engine, Prefilter prefilter, PrefilterMode mode, int seed, EvaluationListener listener)
            throws Exception {
        try (EventStream stream = open(engine, mode)) {
            stream.installPrefilter(prefilter.tables(), prefilter.processConditions()::remaining);
            List<Alert> matched = new ArrayList<>();
            RuleDetector detector = new RuleDetector(engine, FileNameMode.BOTH, "node", matched::add);
            Path script = Path.of(Objects.requireNonNull(getClass().getResource("/prefilter/workload.py"))
                    .toURI());
            Path workload = folder.resolve("workload");
            String command =
                    "rm -rf " + workload + "; mkdir -p " + workload + "/d/bound && mount --bind /etc/pam.d " + workload
                            + "/d/bound && python3 "
                            + script + " " + workload + " " + seed + " 600; cat " + workload
                            + "/d/bound/common-auth; umount " + workload
                            + "/d/bound; rm -rf " + workload;
            runUntilEndMarker(
                    stream,
                    event -> {
                        matched.clear();
                        detector.detect(event);
                        if (matched.isEmpty()) {
                            stream.noRuleMatched(event);
                        }
                        listener.evaluated(event, matched);
                    },
                    command);
            assertEquals(0, stream.losses().lostEvents());
        }
    }

    static EventStream open(RuleEngine engine, PrefilterMode mode) {
        Set<String> types =
                engine.eventTypes().isAll() ? Set.of() : engine.eventTypes().names();
        // A large ring buffer holds what other programs on the machine do before the test reads it.
        try (BackgroundProgramLoader program =
                EventStreams.load(mode, CaptureSizes.withRing(RingBufferSize.forCpus(32)), ArgumentSource.HOOKS)) {
            return EventStreams.live(
                    LiveOptions.defaults().withEventTypes(types).withPrefilterMode(mode), program);
        }
    }

    private static void inContainer(EventStream stream, Consumer<Event> handler, String command) throws Exception {
        Path cgroups = List.of("/sys/fs/cgroup/unified", "/sys/fs/cgroup").stream()
                .map(Path::of)
                .filter(path -> Files.exists(path.resolve("cgroup.procs")))
                .findFirst()
                .orElse(null);
        assumeTrue(cgroups != null, "there is no unified cgroup hierarchy here");
        Path cgroup = Files.createDirectory(
                Objects.requireNonNull(cgroups).resolve("docker-" + "0123456789abcdef".repeat(4) + ".scope"));
        try {
            runUntilEndMarker(stream, handler, "echo $$ > " + cgroup + "/cgroup.procs; " + command);
        } finally {
            Awaitility.await().ignoreExceptions().until(() -> Files.deleteIfExists(cgroup));
        }
    }

    /** Runs a command and passes its events to the handler until the end marker. */
    static void runUntilEndMarker(EventStream stream, Consumer<Event> handler, String command) throws Exception {
        for (int i = 0;
                i < 1_000 && stream.poll(event -> {}, 0) > 0;
                i++) {} // Discards the events that arrived before the rules were ready.
        String last = END_MARKER + END_MARKERS.incrementAndGet();
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command + "; for i in 1 2 3; do cat " + last + "; done")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("TIERCEL_TEST", MARK_VALUE);
        Process process = builder.start();
        boolean[] end = {false};
        Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(60)).until(() -> {
            stream.poll(
                    event -> {
                        if (MARK_VALUE.equals(event.text(MARK)) && !end[0]) {
                            end[0] = last.equals(event.text(NAME));
                            if (!end[0]) {
                                handler.accept(event);
                            }
                        }
                    },
                    20);
            return end[0];
        });
        process.waitFor();
    }

    static RuleEngine engine(List<Path> files) {
        List<RuleSource> sources = new ArrayList<>(RuleSource.readAll(files));
        sources.add(new RuleSource.Text("end.yaml", END_MARKER_RULE));
        LoadedRules loaded = Objects.requireNonNull(
                new RuleLoader(LoadOptions.defaults()).load(sources).rules());
        return RuleEngine.of(loaded.rules(), loaded.fields(), RuleMatching.ALL, Priority.DEBUG);
    }
}
