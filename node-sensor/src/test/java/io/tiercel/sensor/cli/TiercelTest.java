package io.tiercel.sensor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.field.Field;
import io.tiercel.rules.load.RuleToggle;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.app.TiercelVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The command line as users see it: arguments in, output and exit code out. */
@Tag("unit")
class TiercelTest {
    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));
    private static final String RULE = """
        - list: secrets
          items: [/etc/shadow]
        - macro: reading
          condition: evt.type in (open, openat) and evt.is_open_read = true
        - rule: Secret read
          desc: somebody read a secret
          condition: reading and fd.name in (secrets) and not proc.name = login
          output: secret read | file=%fd.name by=%proc.name
          priority: WARNING
          tags: [b, a]
        """;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int tiercel(Object... arguments) {
        String[] texts = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
        try (PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
                PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            return Tiercel.commandLine(new StandardStreams(outStream, errStream, false), texts)
                    .execute(texts);
        }
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private void assertOut(String text) {
        assertTrue(out().contains(text), () -> "expected \"" + text + "\" in:\n" + out() + err());
    }

    private void assertErr(String text) {
        assertTrue(err().contains(text), () -> "expected \"" + text + "\" in:\n" + err() + out());
    }

    @Test
    void versionMatchesTheBuild() throws IOException {
        assertEquals(0, tiercel("version"));
        assertOut("tiercel " + TiercelVersion.VERSION);
        String clang = Files.readString(ROOT.resolve("bpf/compiler")).strip().replace('-', ' ');
        assertOut("capture program compiled by " + clang + ".");
        assertTrue(Files.readString(ROOT.resolve("pom.xml"))
                .contains("<artifactId>tiercel</artifactId>\n  <version>" + TiercelVersion.VERSION + "</version>"));
    }

    @ParameterizedTest
    @CsvSource({
        "2, sensro, tiercel sensor",
        "2, '', Missing required subcommand",
        "2, rules, 'check, list, explain, test'",
        "2, 'sensor --ruls x', --rules",
        "1, 'sensor --rule-matching some', rule-matching",
        "1, 'sensor --priority high', --priority: rules.priority must be emergency or alert",
        "2, 'sensor --for x', --for",
        "2, 'sensor --for -1', --for requires a number of seconds",
        "1, 'sensor --container-wait 60000', --container-wait: containers.wait_ms must be an integer in ms from 0 to"
                + " 10000",
        "1, 'sensor --cri off --cri /run/x.sock', off cannot be combined with sockets",
        "1, 'sensor --server http://example.com', use https",
        "1, 'sensor --server https://a.example --sqs https://sqs.eu-west-1.amazonaws.com/1/a', delivered to one"
                + " receiver",
        "1, 'sensor --sqs https://q.example.com/1/a', set delivery.sqs.region",
        "1, 'sensor --sqs-region eu-west-1', no effect without delivery.sqs.queue_url",
        "1, 'sensor --delivery-ca /etc/hostname', no effect without delivery.server",
        "1, 'sensor --server https://a.example --delivery-ca /nowhere', /nowhere does not exist or is not readable",
        "1, 'config check --server https://a.example --delivery-key /etc/hostname', must be set together",
        "1, 'sensor --metrics x', '--metrics: \"x\" is not a valid address'",
        "1, 'sensor --metrics 0.0.0.0:9464', clients must show a token: set --metrics-token-file",
        "1, 'sensor --metrics-token-file /etc/hostname', --metrics-token-file",
        "2, 'sensor --replay x --record y', omit --record",
        "2, 'rules check', FILE",
        "1, 'sensor --rules /nowhere', no such file",
    })
    void invalidArgumentsAreReported(int status, String arguments, String expected) {
        Object[] split = arguments.isEmpty() ? new Object[0] : arguments.split(" ");
        assertEquals(status, tiercel(split));
        assertErr(expected);
        assertEquals("", out());
    }

    @Test
    void anInvalidRuleFileStartsNothing() throws IOException {
        Path rules = file("wrong.yaml", RULE.replace("proc.name = login", "proc.nam = login"));
        Path spool = folder.resolve("spool");
        assertEquals(1, tiercel("sensor", "--rules", rules, "--spool", spool));
        assertErr(rules + ":7:");
        assertErr("proc.nam");
        assertErr("nothing was started");
        assertTrue(Files.notExists(spool));
        assertTrue(!err().contains("ready"));
    }

    @Test
    void aMissingPluginStartsNothing() throws IOException {
        Path rules = file("plugin.yaml", "- required_plugin_versions:\n  - {name: none, version: 1.0.0}\n" + RULE);
        assertEquals(1, tiercel("rules", "list", "--rules", rules));
        assertErr("none 1.0.0");
    }

    @Test
    void laterSelectionsOverrideEarlierOnes() {
        SensorCommand command = new SensorCommand(new StandardStreams(System.out, System.err, false), null);
        new CommandLine(command).parseArgs("--disable", "*", "--enable", "tag:a", "--disable", "Secret*");
        assertEquals(
                List.of(
                        new RuleToggle.ByName(false, "*"),
                        new RuleToggle.ByTag(true, "a"),
                        new RuleToggle.ByName(false, "Secret*")),
                command.selections());
    }

    @Test
    void togglesThatMatchNoRuleAreReported() throws IOException {
        Path recording = folder.resolve("none.trec");
        Path rules = file("rules.yaml", RULE);
        assertEquals(
                1,
                tiercel(
                        "sensor",
                        "--rules",
                        rules,
                        "--replay",
                        recording,
                        "--disable",
                        "Secret reed",
                        "--disable",
                        "tag:a"));
        assertErr("warning: --disable \"Secret reed\" matches no rule");
        assertTrue(!err().contains("tag:a"), err());
    }

    @Test
    void everyCommandHasAVersionAndUnknownArgumentsAreUsageErrors() {
        assertEquals(0, tiercel("rules", "check", "--version"));
        assertOut("tiercel ");
        assertEquals(2, tiercel("rules", "check", "--nonsense", "x"));
        assertEquals(2, tiercel("rulez"));
    }

    @Test
    void aMissingRecordingIsReported() throws IOException {
        Path recording = folder.resolve("none.trec");
        assertEquals(1, tiercel("sensor", "--rules", file("rules.yaml", RULE), "--replay", recording));
        assertErr(recording.toString());
    }

    @Test
    void checksListsAndExplainsRules() throws IOException {
        Path rules = file("rules.yaml", RULE);
        assertEquals(0, tiercel("rules", "check", rules));
        assertOut("ok: 1 rule in 1 file, 0 warnings");
        assertEquals(0, tiercel("rules", "check", "--json", rules));
        assertOut("\"ok\":true");
        assertEquals(0, tiercel("rules", "list", "--rules", rules));
        assertOut("Secret read  (a, b)");
        assertEquals(0, tiercel("rules", "list", "--rules", rules, "--json"));
        assertOut("\"rule\":\"Secret read\",\"desc\":\"somebody read a secret\",\"priority\":\"Warning\"");
        assertEquals(0, tiercel("rules", "explain", "--rules", rules, "Secret read"));
        assertOut("event types  open, openat\n");
        assertOut("fields       evt.is_open_read, evt.type, fd.name, proc.name\n");
        assertOut("fd.name in (/etc/shadow)");
        assertEquals(3, tiercel("rules", "explain", "--rules", rules, "secret"));
        assertErr("did you mean \"Secret read\"");
    }

    @Test
    void checkFindsErrors() throws IOException {
        Path rules = file("wrong.yaml", RULE.replace("WARNING", "HIGH"));
        assertEquals(1, tiercel("rules", "check", rules));
        assertOut("error");
        assertEquals(1, tiercel("rules", "check", "--json", rules));
        assertOut("\"ok\":false");
    }

    @Test
    void warningsConsiderAllFiles() throws IOException {
        Path first = file("a.yaml", "- list: names\n  items: [x]\n");
        Path second = file("b.yaml", RULE.replace("proc.name = login", "proc.name in (names)"));
        assertEquals(0, tiercel("rules", "check", first, second));
        assertOut("ok: 1 rule in 2 files, 0 warnings");
        assertTrue(!out().contains("names"), out());
    }

    @Test
    void ruleTestsPassAndFail() throws IOException {
        file("rules.yaml", RULE);
        Path tests = file("tests.yaml", """
            rules: [rules.yaml]
            defaults: {evt.type: openat, evt.is_open_read: true, fd.name: /etc/shadow}
            tests:
              - name: python reads the shadow file
                events:
                  - {proc.name: python3}
                alerts:
                  - rule: Secret read
                    priority: warning
                    output: by=python3
                    fields: {fd.name: /etc/shadow}
              - name: login may
                events:
                  - {proc.name: login}
                alerts: []
              - name: wrong expectation
                events:
                  - {proc.name: login}
                alerts: [Secret read]
            """);
        assertEquals(1, tiercel("rules", "test", tests));
        assertOut(tests + ":16: wrong expectation: expected \"Secret read\", got no alert\n");
        assertOut("2 passed, 1 failed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rules: [rules.yaml]                                     | :1:1: the key tests is missing",
                "rules: [rules.yaml], test: []                           | unknown key test",
                "rules: [none.yaml], tests: []                           | none.yaml: error: no such file",
                "rules: [rules.yaml], tests: [{name: n, events: [{fd.nam: x, evt.type: open}], alerts: []}] | unknown"
                        + " field fd.nam",
                "rules: [rules.yaml], tests: [{name: n, events: [{evt.type: opn}], alerts: []}] | unknown event type"
                        + " opn",
                "rules: [rules.yaml], tests: [{name: n, events: [{fd.name: x}], alerts: []}] | an event needs evt.type",
                "rules: [rules.yaml], tests: [{name: n, events: [{evt.type: open, proc.pid: x}], alerts: []}] | x is"
                        + " not a valid value for proc.pid",
                "rules: [                                                | invalid YAML",
            })
    void invalidRuleTestsAreReported(String text, String problem) throws IOException {
        file("rules.yaml", RULE);
        Path tests = file("tests.yaml", "{" + text + "}");
        assertEquals(1, tiercel("rules", "test", tests));
        assertOut(problem);
        assertOut(tests.toString());
        assertOut("0 passed, 1 failed");
    }

    @Test
    void runsConformanceCases() throws IOException {
        Path cases = file("cases.yaml", """
            - {id: a-1, kind: eval, condition: proc.name = bash, fields: {proc.name: bash}, expect: true}
            - {id: a-2, kind: eval, condition: proc.name = bash, fields: {proc.name: zsh}, expect: true}
            """);
        assertEquals(1, tiercel("rules", "conformance", cases));
        assertOut("a-2: expected true, got false");
        assertOut("1 passed, 1 failed");
    }

    @Test
    void listsFields() {
        assertEquals(0, tiercel("fields", "--markdown"));
        assertOut("| `proc.aname");
        assertEquals(Field.eventFields().size() + 2, out().lines().count());
    }

    @Test
    void doctorPrintsOneLineForEachCheck() {
        int code = tiercel("doctor");
        assertTrue(code == 0 || code == 2, err());
        assertTrue(out().lines().allMatch(line -> line.startsWith("ok ") || line.startsWith("missing ")), out());
        assertEquals(code == 0, !out().contains("missing"));
    }
}
