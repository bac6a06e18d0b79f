package io.tiercel.bench.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An AWS account of moto in a process of its own, with one instance for each of two nodes. */
final class AccountStub implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path LAUNCHER = Path.of("e2e", "src", "test", "python", "aws_stand_in.py");

    private final Path requests;
    private final Process process;
    private final String url;

    /**
     * Starts the account.
     *
     * @throws IOException if it does not start, for example without Debian's python3-moto
     */
    AccountStub() throws IOException {
        int port = ServerProcess.freePort();
        url = "http://127.0.0.1:" + port;
        requests = Files.createTempFile("tiercel-bench-aws", ".jsonl");
        process = new ProcessBuilder(
                        "/usr/bin/python3",
                        LAUNCHER.toString(),
                        "127.0.0.1",
                        Integer.toString(port),
                        requests.toString(),
                        "bench",
                        "bench")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!"ready".equals(process.inputReader().readLine())) {
            close();
            throw new IOException("the AWS account did not start; it requires python3-moto and python3-flask-cors");
        }
    }

    /** Returns the environment variables that direct a program to the account. */
    Map<String, String> environment() {
        return Map.of(
                "AWS_ENDPOINT_URL", url,
                "AWS_REGION", "eu-west-1",
                "AWS_ACCESS_KEY_ID", "BENCH",
                "AWS_SECRET_ACCESS_KEY", "none");
    }

    private JsonNode read(String document) throws IOException {
        try (InputStream in = URI.create(url + "/stand-in/" + document).toURL().openStream()) {
            return JSON.readTree(in);
        }
    }

    /** Returns the id of an instance, {@code node} or {@code other}. */
    String instance(String name) throws IOException {
        return read("account").path(name).asText();
    }

    /** Lets every request wait until the account is closed. */
    void hang() throws IOException {
        read("throttle?hold=true&value=&action=.*");
    }

    /** Returns whether all interfaces of an instance are in the quarantine group only. */
    boolean isIsolated(String instance) throws IOException {
        List<JsonNode> groups = read("state")
                .path("interfaces")
                .valueStream()
                .filter(part -> part.at("/Attachment/InstanceId").asText().equals(instance))
                .map(part -> part.path("Groups"))
                .toList();
        return !groups.isEmpty()
                && groups.stream()
                        .allMatch(of ->
                                of.size() == 1 && of.at("/0/GroupName").asText().equals("tiercel-quarantine"));
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.delete(requests);
    }
}
