package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command in a shell block of the documentation either runs here and succeeds, or is listed below with the reason why it
 * does not run.
 */
@Tag("packaged")
class DocsCommandsTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```");
    private static final Pattern SENSOR = Pattern.compile("(\\w+=\\S+ )*\\./tiercel sensor\\b.*");
    private static final Duration LIMIT = Duration.ofSeconds(120);

    /** Sensors that run for ten seconds or longer and write no file that another command reads. They run while the others do. */
    private static final Pattern LONG = Pattern.compile("(?!.*--record).* --for \\d\\d+");

    /** Commands that do not run, with reasons. A pattern that matches no command fails the test. */
    private static final Map<String, String> NOT_RUN = notRun();

    private static Map<String, String> notRun() {
        Map<String, String> reasons = new LinkedHashMap<>();
        reasons.put("(TIERCEL_\\w+=\\S+ )?\\./tiercel up.*", "UpTest runs it");
        reasons.put("\\./tiercel test|\\./mvnw .*", "it is the build that runs this test");
        reasons.put("\\./tiercel bench .*", "LiveBenchTest runs it; the others take minutes");
        reasons.put("\\./tiercel image.*|\\.tiercel/image/bin/.*", "ContainerImageTest and ImageTest run it");
        reasons.put("\\./tiercel package.*", "PackageTest runs it");
        reasons.put("\\./tiercel rules live.*", "RulesLiveTest runs it");
        reasons.put("(TIERCEL_\\w+=\\S+ )*\\./tiercel functions.*", "the test's server runs it");
        reasons.put(
                ".*\\./tiercel sensor .*(--server|--sqs|--grpc|--cri /).*",
                "it needs a receiver, certificates or a runtime");
        reasons.put("(sudo )?(\\./tiercel alerts|grpcurl).*", "LiveGrpcTest runs it");
        reasons.put(
                "\\./tiercel silences end ID|curl .*-X DELETE .*",
                "it needs a silence; SilenceTest and SilencesCommandTest end one");
        reasons.put(".*/(approve|release)\\b.*", "it needs a plan that waits; ServerTest calls it");
        reasons.put(
                ".*--data /var/lib/.*|\\./tiercel audit verify --expect.*|.*--table .*|rsync .*",
                "it needs data of the reader");
        reasons.put(
                "(helm|kubectl|podman|skopeo) .*|for side in.*|done|tar -cf - .*",
                "it needs a cluster or podman; HelmDocsTest, HelmNodeTest and PodmanTest run it");
        reasons.put(
                "(terraform|aws|openssl|keep|export|unset) ?.*|for name in.*|cd .*|\"(hostname|tags)\".*",
                "it needs an AWS account; TerraformIT runs it");
        reasons.put("curl .*(--cacert|9464|127\\.0\\.0\\.1).*", "it needs a cluster, a sensor or a container");
        reasons.put("\\./tiercel console.*", "ConsoleTest runs it; with --aws it needs an AWS account");
        reasons.put("cat /etc/shadow >/dev/null", "UpTest runs it");
        reasons.put(".*/api/v1/changes|.*VERSION.*", "it does not end, or needs a version; OperatorApiTest calls it");
        reasons.put("\\./tiercel incidents (approve|watch).*", "PackagedIncidentsTest runs it");
        reasons.put("\\./tiercel incidents .*--(aws|server)\\b.*", "PackagedOperateIT and OperatorCommandsTest run it");
        reasons.put(".*\\| jq .*", "it needs jq; PackagedIncidentsTest reads the JSON");
        reasons.put("source .*", "it needs an interactive shell; OperatorCommandsTest runs the command");
        return reasons;
    }

    /** Folder with Falco's official rules; without it, the commands that name them are left out. */
    private static final @Nullable String FALCO_RULES = System.getenv("TIERCEL_FALCO_RULES");

    @TempDir
    private Path folder;

    private record Command(String page, String line) {}

    @Test
    void everyCommandRunsOrIsListed() throws Exception {
        Set<String> unused = new HashSet<>(NOT_RUN.keySet());
        Set<Command> runnable = new java.util.LinkedHashSet<>();
        for (Command command : commands()) {
            List<String> matching =
                    NOT_RUN.keySet().stream().filter(command.line::matches).toList();
            unused.removeAll(matching);
            boolean official = command.line.contains("falco_rules.yaml");
            if (matching.isEmpty() && (!official || FALCO_RULES != null)) {
                runnable.add(command);
            }
        }
        assertEquals(Set.of(), unused, "patterns that match no command");
        assertTrue(runnable.size() > 25, () -> "too few commands run: " + runnable);

        prepare();
        int port = freePort();
        Process server = start("./tiercel functions --port " + port, "server.log");
        try {
            await().atMost(LIMIT).until(() -> run("curl -sf localhost:" + port + "/health").status == 0);
            String alert = "curl -sf localhost:" + port + "/alerts -d '{\"rule\":\"Try\",\"priority\":\"Warning\","
                    + "\"time\":\"2026-01-31T12:00:00Z\",\"output\":\"a first alert\"}'";
            assertEquals(0, run(alert).status);
            String incidents = executable(
                    "curl -s -H @<(echo \"Authorization: Bearer $token\") localhost:8466/incidents", port, "00000000");
            await().atMost(LIMIT).until(() -> run(incidents).text.contains("\"id\""));
            String id = run(incidents).text.replaceAll("(?s).*?\"id\" *: *\"([0-9a-f]+)\".*", "$1");
            assertEquals(List.of(), failures(runnable, port, id));
        } finally {
            server.descendants().forEach(ProcessHandle::destroy);
            server.destroy();
            server.waitFor();
        }
    }

    /** Runs the commands in their order, except long ones, and returns a message for each one that fails. */
    private List<String> failures(Set<Command> commands, int port, String id) throws Exception {
        Map<Command, Future<Outcome>> outcomes = new LinkedHashMap<>();
        try (ExecutorService inTheBackground = Executors.newCachedThreadPool()) {
            for (Command command : commands) {
                if (LONG.matcher(command.line).matches()) {
                    outcomes.put(command, inTheBackground.submit(() -> run(executable(command.line, port, id))));
                }
            }
            for (Command command : commands) {
                if (!outcomes.containsKey(command)) {
                    Outcome outcome = run(executable(command.line, port, id));
                    outcomes.put(command, CompletableFuture.completedFuture(outcome));
                }
            }
        }
        List<String> failures = new ArrayList<>();
        for (Map.Entry<Command, Future<Outcome>> outcome : outcomes.entrySet()) {
            Outcome ended = outcome.getValue().get();
            if (ended.status != 0) {
                failures.add(outcome.getKey() + " exited with " + ended.status + ": " + ended.text);
            }
        }
        return failures;
    }

    /** Replaces placeholders and limits the run time; the meaning of the command stays. */
    private static String executable(String line, int port, String id) {
        String command = line.replace("sudo ", "")
                .replace("curl -s ", "curl -sf ")
                .replace("localhost:8466", "localhost:" + port)
                .replaceAll("/incidents/(ID|0a1b2c3d)", "/incidents/" + id)
                .replace("df60caf3", id.substring(0, 8));
        if (command.contains("$token")) { // each command runs in its own shell
            command = "token=$(cat .tiercel/functions/token); " + command;
        }
        boolean endless =
                SENSOR.matcher(command).matches() && !command.contains("--for") && !command.contains("--replay");
        return endless ? command + " --for 1" : command;
    }

    private static List<Command> commands() throws IOException {
        List<Path> pages;
        try (Stream<Path> docs = Files.list(Tiercel.ROOT.resolve("docs"))) {
            pages = new ArrayList<>(docs.filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .toList());
        }
        for (String page : List.of("README.md", "CONTRIBUTING.md", "infra/terraform/README.md")) {
            pages.add(Tiercel.ROOT.resolve(page));
        }
        Set<String> lines = new TreeSet<>();
        List<Command> commands = new ArrayList<>();
        for (Path page : pages) {
            String text = Files.readString(page);
            BLOCK.matcher(text)
                    .results()
                    .map(block -> block.group(1).replace("\\\n", " "))
                    .forEach(block -> {
                        for (String raw : block.split("\n")) {
                            String line = raw.replaceFirst("(^|\\s+)#(\\s.*|$)", "")
                                    .strip()
                                    .replaceAll("\\s+", " ");
                            if (!line.isEmpty() && lines.add(line)) {
                                commands.add(new Command(
                                        Tiercel.ROOT.relativize(page).toString(), line));
                            }
                        }
                    });
        }
        return commands;
    }

    /** Makes a folder that looks like the repository, with the files that the documentation assumes. */
    private void prepare() throws IOException {
        try (Stream<Path> entries = Files.list(Tiercel.ROOT)) {
            for (Path entry : entries.filter(path -> !path.endsWith(".tiercel") && !path.endsWith(".git"))
                    .toList()) {
                Files.createSymbolicLink(folder.resolve(entry.getFileName()), entry);
            }
        }
        String rules = """
            - rule: Hosts file read
              desc: A process read the hosts file.
              condition: evt.type in (open, openat) and evt.is_open_read = true and fd.name = /etc/hosts
              output: hosts file read (program=%proc.name)
              priority: WARNING
            """;
        for (String name : List.of("my-rules.yaml", "my-rules/rules.yaml", "my-exceptions.yaml")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, rules);
        }
        Files.copy(Tiercel.ROOT.resolve("rules/responses/default.yaml"), folder.resolve("my-responses.yaml"));
        Files.writeString(
                folder.resolve("alerts.jsonl"),
                "{\"rule\":\"Try\",\"priority\":\"Warning\",\"time\":\"2026-01-31T12:00:00Z\",\"output\":\"a\"}\n");
        Path token = folder.resolve("metrics-token");
        Files.createFile(token, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(token, "0123456789abcdef0123456789abcdef\n");
        if (FALCO_RULES != null) {
            Files.createSymbolicLink(folder.resolve("falco_rules.yaml"), Path.of(FALCO_RULES, "falco_rules.yaml"));
        }
    }

    private record Outcome(int status, String text) {}

    private Outcome run(String command) throws Exception {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Process process = process(command, out);
        try {
            assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), () -> command + " is still running");
            return new Outcome(process.exitValue(), Files.readString(out));
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private Process start(String command, String log) throws IOException {
        return process(command, folder.resolve(log));
    }

    private Process process(String command, Path out) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("TIERCEL_BUILD", "no");
        return builder.start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
