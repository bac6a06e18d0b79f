package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** An emulated AWS account in the network of a Kubernetes node. It records every request that it receives. */
final class AwsStandIn implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PORT = 5566;
    private static final String URL = "http://" + KubeNode.ADDRESS + ":" + PORT;
    private static final Path LAUNCHER = Tiercel.ROOT.resolve("e2e/src/test/python/aws_stand_in.py");
    private static final String PYTHON = "/usr/bin/python3";
    private static final Pattern READ = Pattern.compile("(Describe|List|Get)[A-Z].*|GET /clusters/.*");

    private final KubeNode node;
    private final Process process;
    private final Path requests;

    private AwsStandIn(KubeNode node, Process process, Path requests) {
        this.node = node;
        this.process = process;
        this.requests = requests;
    }

    /**
     * A request of the tested product.
     *
     * @param service the service that the signature names
     * @param action the name of the action, or the method and path of a REST request
     * @param dryRun whether the request asks only for a permission check
     * @param parameters the parameters of a form
     */
    record Request(
            String key,
            String region,
            String service,
            String method,
            String action,
            boolean dryRun,
            Map<String, String> parameters) {
        /** Returns whether the request may change something. */
        boolean writes() {
            return !dryRun && !READ.matcher(action).matches();
        }
    }

    /** Skips the test if the stand-in cannot run here. */
    static void assumeInstalled() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of(PYTHON)), PYTHON + " is missing");
        assumeTrue(
                new Tool(PYTHON, Map.of())
                                .run("-c", "import boto3, moto, flask_cors")
                                .status()
                        == 0,
                "moto is missing (Debian: python3-moto python3-flask-cors)");
    }

    /**
     * Starts the account: two instances, of which the first has two network interfaces.
     *
     * @param folder for the log of requests
     * @param cluster the EKS cluster
     * @param role the role of the service account {@code shop/cart}
     */
    static AwsStandIn start(KubeNode node, Path folder, String cluster, String role) throws IOException {
        Path requests = Files.createFile(folder.resolve("aws-requests.jsonl"));
        Path errors = folder.resolve("aws-errors.txt");
        Process process = node.start(
                errors,
                PYTHON,
                LAUNCHER.toString(),
                KubeNode.ADDRESS,
                Integer.toString(PORT),
                requests.toString(),
                cluster,
                role);
        String line = process.inputReader().readLine();
        if (!"ready".equals(line)) {
            process.destroyForcibly();
            throw new AssertionError("the AWS stand-in did not start: " + Tiercel.read(errors));
        }
        return new AwsStandIn(node, process, requests);
    }

    /** Returns the environment variables that direct a program to the account, as a YAML map. */
    static String environment() {
        return "{AWS_ENDPOINT_URL: \"" + URL
                + "\", AWS_REGION: eu-west-1, AWS_ACCESS_KEY_ID: PRODUCT, AWS_SECRET_ACCESS_KEY: none}";
    }

    /** Returns the ids of the instances {@code node} and {@code other}, and those of the {@code groups} by name. */
    JsonNode account() throws Exception {
        return read("account");
    }

    /** Returns complete descriptions of everything that actions may change. */
    JsonNode state() throws Exception {
        return read("state");
    }

    private JsonNode read(String document) throws Exception {
        Tool.Result result = node.enter("curl", "-sS", "--max-time", "30", URL + "/stand-in/" + document);
        assertEquals(0, result.status(), result.text());
        return JSON.readTree(result.text());
    }

    /**
     * Throttles requests of the product as EC2 does, until the next call of this method or of {@link #serveAll}.
     *
     * @param action a regular expression for the actions
     * @param value the value that one of the parameters must have; an empty text for any
     * @param every 1 to throttle every request, 2 to throttle every second one
     */
    void throttle(String action, String value, int every) throws Exception {
        read("throttle?action=" + action + "&value=" + value + "&every=" + every);
    }

    /** Lets requests wait and throttles them at the next call of {@link #throttle} or {@link #serveAll}. */
    void hold(String action, String value) throws Exception {
        read("throttle?hold=true&action=" + action + "&value=" + value);
    }

    /** Returns how many requests the current rule has throttled or holds. */
    int throttled() throws Exception {
        return read("throttled").path("throttled").asInt();
    }

    /** Serves all requests again. Returns how many were throttled. */
    int serveAll() throws Exception {
        return read("throttle").path("throttled").asInt();
    }

    /** Returns all requests of the product, in order. */
    List<Request> requests() throws IOException {
        List<Request> parsed = new ArrayList<>();
        for (String line : Files.readAllLines(requests)) {
            parsed.add(JSON.readValue(line, new TypeReference<>() {}));
        }
        return parsed;
    }

    /** Returns the requests that may have changed something. */
    List<Request> writes() throws IOException {
        return requests().stream().filter(Request::writes).toList();
    }

    /** Stops the process: requests are accepted and get no answer. */
    void suspend() throws IOException, InterruptedException {
        signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new Tool("kill", Map.of()).out("-" + name, Long.toString(process.pid()));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (process.isAlive()) {
            resume();
            process.getOutputStream().close();
        }
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
