package io.tiercel.bench.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.bench.live.Machine;
import io.tiercel.bench.progress.BenchSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long the packaged local server needs for the response to one genuine alert, and for its page, beside noise: alerts of other
 * causes, posted immediately before. Prints a report in Markdown.
 */
public final class ResponsesBench {
    private static final int DEFAULT_ROUNDS = 3;
    private static final int MAX_ROUNDS = 20;
    private static final int BATCH = 100;
    private static final int CONNECTIONS = 4;
    private static final int NOISY_PODS = 10;
    /** The time that the pager needs for each call. */
    private static final int PAGER_MILLIS = 50;

    private static final int POLL_MILLIS = 10;
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long MISSING = Long.MAX_VALUE;
    private static final String USAGE = "usage: bench responses [--rounds 1 to 20] [--out FILE]";

    private static final String NODE = "node-1";
    private static final String OTHER_NODE = "node-2";
    private static final String GENUINE = "Genuine";
    private static final String WARM_UP = "WarmUp";
    private static final String POD_STEP = "k8s:isolate-pod";
    private static final String INSTANCE_STEP = "ec2:isolate";
    private static final Set<String> IN_FORCE = Set.of("applied", "partial");

    private static final String POLICIES = """
            - guards:
                cap: {max: 100, within: 1h}
            - policy: Isolate the pod
              desc: isolates the pod of every urgent alert
              match: {priority: critical}
              mode: auto
              cap: {max: 100, within: 1h, per: enrich.sender.node}
              actions: [k8s:isolate-pod]
            - policy: Isolate the instance
              desc: isolates the instance of alerts that are not noise
              match: {rules: [Genuine, WarmUp]}
              mode: auto
              actions: [ec2:isolate]
            """;

    /** As for a pager: the default group and limit of channels that page people. */
    private static final String NOTIFICATIONS = """
            channels:
              pager:
                type: webhook
                address: env:BENCH_PAGER
                key: env:BENCH_PAGER_KEY
                group: {over: 1, within: 60s}
                limit: {messages: 5, within: 10m}
            """;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ResponsesBench() {}

    /** The noise before the genuine alert. */
    private enum Noise {
        NONE("none", 0, null, false),
        UNVERIFIED_3000("3,000 alerts of unverified senders", 3_000, null, false),
        UNVERIFIED_10000("10,000 alerts of unverified senders", 10_000, null, false),
        SAME_NODE("1,000 verified alerts of 10 other pods of the node", 1_000, NODE, false),
        OTHER_NODE_PODS("1,000 verified alerts of 10 pods of another node", 1_000, OTHER_NODE, false),
        UNVERIFIED_HANGING("3,000 alerts of unverified senders; EC2 does not answer", 3_000, null, true),
        OTHER_NODE_HANGING(
                "1,000 verified alerts of 10 pods of another node; EC2 does not answer", 1_000, OTHER_NODE, true);

        private final String title;
        private final int alerts;

        /** The verified sender; null for none. */
        private final @Nullable String sender;

        private final boolean hangs;

        Noise(String title, int alerts, @Nullable String sender, boolean hangs) {
            this.title = title;
            this.alerts = alerts;
            this.sender = sender;
            this.hangs = hangs;
        }
    }

    /**
     * A measured run. Times are from posting the genuine alert, and {@link #MISSING} if it did not happen.
     *
     * @param alertsWaiting noisy alerts that were stored and not counted yet when the genuine alert was posted
     * @param responsesWaiting incidents that waited for the responder then
     */
    private record Run(long alertsWaiting, long responsesWaiting, long podNanos, long instanceNanos, long pagerNanos) {}

    /**
     * Runs the benchmark.
     *
     * @throws IOException if a process cannot be started or does not respond
     */
    public static void main(String[] arguments)
            throws IOException, InterruptedException, GeneralSecurityException, ExecutionException {
        int rounds = DEFAULT_ROUNDS;
        Path out = null;
        try {
            Iterator<String> rest = Arrays.asList(arguments).iterator();
            while (rest.hasNext()) {
                switch (rest.next()) {
                    case "--rounds" -> rounds = Integer.parseInt(rest.next());
                    case "--out" -> out = Path.of(rest.next());
                    default -> throw new IllegalArgumentException();
                }
            }
            if (rounds < 1 || rounds > MAX_ROUNDS) {
                throw new IllegalArgumentException();
            }
        } catch (IllegalArgumentException | NoSuchElementException e) {
            System.err.println(USAGE);
            System.exit(2);
            return;
        }
        Machine machine = Machine.detect();
        BenchSteps steps = new BenchSteps("responses", rounds * Noise.values().length);
        Map<Noise, List<Run>> runs = new HashMap<>();
        for (int round = 1; round <= rounds; round++) {
            for (Noise noise : Noise.values()) {
                steps.next("round " + round + ", " + noise.title);
                runs.computeIfAbsent(noise, _ -> new ArrayList<>()).add(run(noise));
            }
        }
        String report = report(machine, rounds, runs);
        System.out.print(report);
        if (out != null) {
            Files.writeString(out, report);
        }
    }

    private static Run run(Noise noise)
            throws IOException, InterruptedException, GeneralSecurityException, ExecutionException {
        TokenIssuer issuer = new TokenIssuer();
        AtomicLong paged = new AtomicLong(MISSING);
        try (AccountStub account = new AccountStub();
                ClusterStub cluster =
                        new ClusterStub(Map.of(NODE, account.instance("node"), OTHER_NODE, account.instance("other")));
                StubServer pager = new StubServer(PAGER_MILLIS, (request, body) -> {
                    if (body.toString().contains('"' + GENUINE + '"')) {
                        paged.compareAndSet(MISSING, System.nanoTime());
                    }
                    request.response().end();
                })) {
            LocalServer.Settings settings = folder -> {
                Map<String, String> environment = new HashMap<>(account.environment());
                Path keys = Files.writeString(folder.resolve("keys.json"), issuer.keySet());
                Path notifications = Files.writeString(folder.resolve("notifications.yaml"), NOTIFICATIONS);
                environment.put("TIERCEL_IDENTITY_ISSUER", TokenIssuer.ISSUER);
                environment.put("TIERCEL_IDENTITY_KEYS", "file:" + keys.toAbsolutePath());
                environment.put("TIERCEL_NOTIFICATIONS", notifications.toString());
                environment.put("TIERCEL_ENRICH_SOURCES", "aws,kubernetes");
                environment.put("TIERCEL_ACTIONS", "aws,kubernetes");
                environment.put("KUBECONFIG", cluster.writeConfig(folder).toString());
                environment.put("BENCH_PAGER", "http://127.0.0.1:" + pager.port() + "/");
                environment.put("BENCH_PAGER_KEY", ServerProcess.TOKEN);
                return environment;
            };
            try (LocalServer server = LocalServer.start(LocalServer.APP, POLICIES, settings)) {
                return run(noise, server, account, issuer, paged);
            }
        }
    }

    private static Run run(Noise noise, LocalServer server, AccountStub account, TokenIssuer issuer, AtomicLong paged)
            throws IOException, InterruptedException, GeneralSecurityException, ExecutionException {
        // The first response after the start also loads the classes that it needs.
        server.post(alert(WARM_UP, OTHER_NODE, 0), issuer.token(OTHER_NODE));
        awaitSteps(server, WARM_UP, System.nanoTime(), Set.of(POD_STEP, INSTANCE_STEP));
        if (noise.hangs) {
            account.hang();
        }
        post(noise, server, noise.sender == null ? null : issuer.token(noise.sender));
        long alertsWaiting = server.metric("tiercel_functions_alerts_waiting");
        long responsesWaiting = server.metric("tiercel_functions_responses_waiting");
        String token = issuer.token(NODE);
        String genuine = alert(GENUINE, NODE, 0);
        long start = System.nanoTime();
        server.post(genuine, token);
        Map<String, Long> inForce =
                awaitSteps(server, GENUINE, start, noise.hangs ? Set.of(POD_STEP) : Set.of(POD_STEP, INSTANCE_STEP));
        if (inForce.containsKey(INSTANCE_STEP) && !account.isIsolated(account.instance("node"))) {
            throw new IllegalStateException("the step is applied and the instance is not isolated");
        }
        long page = paged.get();
        return new Run(
                alertsWaiting,
                responsesWaiting,
                inForce.getOrDefault(POD_STEP, MISSING),
                inForce.getOrDefault(INSTANCE_STEP, MISSING),
                page == MISSING ? MISSING : page - start);
    }

    /** Returns when each step was in force, in nanoseconds after the start; waits until all are, or for the timeout. */
    private static Map<String, Long> awaitSteps(LocalServer server, String rule, long start, Set<String> steps)
            throws IOException, InterruptedException {
        Map<String, Long> inForce = new HashMap<>();
        String incident = null;
        while (!inForce.keySet().containsAll(steps) && System.nanoTime() - start < TIMEOUT_NANOS) {
            Thread.sleep(POLL_MILLIS);
            incident = incident == null ? server.incidentOf(rule).orElse(null) : incident;
            if (incident != null) {
                for (JsonNode step : server.incident(incident).at("/plan/steps")) {
                    if (IN_FORCE.contains(step.path("state").asText())) {
                        inForce.putIfAbsent(step.path("action").asText(), System.nanoTime() - start);
                    }
                }
            }
        }
        return inForce;
    }

    /** Posts the noise over several connections. Returns when it is stored. */
    private static void post(Noise noise, LocalServer server, @Nullable String token)
            throws InterruptedException, ExecutionException {
        String host = noise.sender == null ? NODE : noise.sender;
        ConcurrentLinkedQueue<String> posts = new ConcurrentLinkedQueue<>();
        for (int first = 0; first < noise.alerts; first += BATCH) {
            posts.add(IntStream.range(first, first + BATCH)
                    .mapToObj(number -> alert("Noise" + number, host, 1 + number % NOISY_PODS))
                    .collect(Collectors.joining("\n")));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> clients = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.add(threads.submit(() -> {
                    for (String next = posts.poll(); next != null; next = posts.poll()) {
                        server.post(next, token);
                    }
                    return true;
                }));
            }
            for (Future<Boolean> client : clients) {
                client.get();
            }
        }
    }

    /** Returns an alert as a sensor sends it. Each rule is a cause of its own. */
    private static String alert(String rule, String node, int podNumber) {
        String pod = ClusterStub.podName(node, podNumber);
        ObjectNode alert = JSON.createObjectNode()
                .put("id", node + "/boot/" + rule)
                .put("hostname", node)
                .put("rule", rule)
                .put("priority", "Critical")
                .put("source", "syscall")
                .put("time", Instant.now().toString())
                .put("output", "Critical Sensitive file read by untrusted program | file=/etc/shadow program=cat");
        alert.putObject("output_fields")
                .put("container.id", "7b8c96b0bc9c")
                .put("container.name", "main")
                .put("container.image.repository", "docker.io/library/busybox")
                .put("k8s.ns.name", "shop")
                .put("k8s.pod.name", pod)
                .put("k8s.pod.uid", ClusterStub.podUid(pod))
                .put("fd.name", "/etc/shadow")
                .put("proc.name", "cat")
                .put("proc.exepath", "/bin/busybox");
        return alert.toString();
    }

    private static String report(Machine machine, int rounds, Map<Noise, List<Run>> runs) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "# Responses benchmark%n%nMachine: %s, %d CPUs, kernel %s, Java %s, load before %.1f. Rounds: %d, each with a new server. The server"
                        + " and the AWS account are processes of their own. Seconds from posting the genuine alert: median / worst.%n%n"
                        + "| Noise posted immediately before | Waiting alerts / responses | Pod isolated | Instance isolated | Pager called |%n"
                        + "|---|---|---|---|---|%n",
                machine.processor(),
                machine.cpus(),
                machine.kernel(),
                Runtime.version(),
                machine.load(),
                rounds));
        for (Noise noise : Noise.values()) {
            List<Run> of = Objects.requireNonNull(runs.get(noise));
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %d / %d | %s | %s | %s |%n",
                    noise.title,
                    middle(of.stream().mapToLong(Run::alertsWaiting).toArray()),
                    middle(of.stream().mapToLong(Run::responsesWaiting).toArray()),
                    seconds(of.stream().mapToLong(Run::podNanos).toArray()),
                    seconds(of.stream().mapToLong(Run::instanceNanos).toArray()),
                    seconds(of.stream().mapToLong(Run::pagerNanos).toArray())));
        }
        return text.toString();
    }

    private static long middle(long... values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static String seconds(long... nanos) {
        Arrays.sort(nanos);
        return seconds(nanos[nanos.length / 2]) + " / " + seconds(nanos[nanos.length - 1]);
    }

    private static String seconds(long nanos) {
        return nanos == MISSING ? "none" : String.format(Locale.ROOT, "%.2f", nanos / 1e9);
    }
}
