package io.tiercel.functions.aws;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A function in AWS's runtime interface emulator.
 *
 * @see <a href="https://github.com/aws/aws-lambda-runtime-interface-emulator">aws-lambda-runtime-interface-emulator</a>
 */
final class LambdaEmulator implements Lambda {
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Process process;
    private final URI invocations;
    private final Path log;

    private LambdaEmulator(Process process, URI invocations, Path log) {
        this.process = process;
        this.invocations = invocations;
        this.log = log;
    }

    /** Starts the emulator in its own folder and waits until it listens. The first event starts the function. */
    static LambdaEmulator start(Tool emulator, Path folder, Path code, LambdaSettings settings, Map<String, String> aws)
            throws IOException {
        String command = LambdaProcess.command(code, settings).stream()
                .map(argument -> "'" + argument + "'")
                .collect(Collectors.joining(" ", "#!/bin/sh\nexec ", "\n"));
        Path bootstrap = Files.writeString(folder.resolve("bootstrap"), command);
        Files.setPosixFilePermissions(bootstrap, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path log = folder.resolve("log");
        String address = "127.0.0.1:" + freePort();
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        emulator.program().toString(),
                        "--runtime-interface-emulator-address",
                        address,
                        "--runtime-api-address",
                        "127.0.0.1:" + freePort(),
                        bootstrap.toString(),
                        settings.handler()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(LambdaProcess.environment(code, settings, aws));
        LambdaEmulator emulated = new LambdaEmulator(
                builder.start(), URI.create("http://" + address + "/2015-03-31/functions/function/invocations"), log);
        await().pollInterval(Duration.ofMillis(20)).until(emulated::isListening);
        return emulated;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean isListening() {
        try (Socket socket = new Socket(invocations.getHost(), invocations.getPort())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public String invoke(String event) throws Exception {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(invocations)
                        .timeout(Duration.ofSeconds(60))
                        .POST(HttpRequest.BodyPublishers.ofString(event))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new AssertionError("status " + response.statusCode() + ": " + Files.readString(log));
        }
        return response.body();
    }

    @Override
    public void close() throws InterruptedException {
        List<ProcessHandle> functions = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        functions.forEach(ProcessHandle::destroyForcibly);
        http.close();
    }
}
