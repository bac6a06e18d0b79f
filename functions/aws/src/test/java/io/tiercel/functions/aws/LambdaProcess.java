package io.tiercel.functions.aws;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Lambda instance that runs the unpacked code with AWS's runtime interface client as the main class. It uses the
 * configured handler and environment, and inherits no variable of this process.
 */
final class LambdaProcess implements Lambda {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);

    private final LambdaSettings settings;
    private final RuntimeApiStub api;
    private final Process process;
    private final Path log;
    private final Duration startupTime;
    private int invocations;

    private LambdaProcess(
            LambdaSettings settings, RuntimeApiStub api, Process process, Path log, Duration startupTime) {
        this.settings = settings;
        this.api = api;
        this.process = process;
        this.log = log;
        this.startupTime = startupTime;
    }

    /**
     * Starts an instance and waits until it polls for events.
     *
     * @param code folder with the unpacked code
     * @param aws variables for access to AWS, which Lambda would set
     */
    static LambdaProcess start(Path code, LambdaSettings settings, Map<String, String> aws) throws Exception {
        RuntimeApiStub api = new RuntimeApiStub(settings.timeoutSeconds());
        Path log = Files.createTempFile("lambda", ".log");
        ProcessBuilder builder = new ProcessBuilder(command(code, settings))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment(code, settings, aws));
        builder.environment().put("AWS_LAMBDA_RUNTIME_API", api.address());
        Instant processStart = Instant.now();
        Process process = builder.start();
        CompletableFuture<Void> exit = process.onExit().thenAccept(ended -> {
            throw new AssertionError("the function exited with status " + ended.exitValue());
        });
        try {
            CompletableFuture.anyOf(api.ready(), exit).get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            return new LambdaProcess(
                    settings,
                    api,
                    process,
                    log,
                    Duration.between(processStart, api.ready().get()));
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly().waitFor();
            api.close();
            throw new AssertionError("the function did not start: " + Files.readString(log), e);
        }
    }

    /** Returns the command line of Lambda's managed Java runtime. */
    static List<String> command(Path code, LambdaSettings settings) {
        List<String> classPath = new ArrayList<>(List.of(code.toString(), code.resolve("lib") + "/*"));
        for (Class<?> type : List.of(AWSLambda.class, PojoSerializer.class, Context.class)) {
            classPath.add(
                    type.getProtectionDomain().getCodeSource().getLocation().getPath());
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + settings.memoryMb() * 85 / 100 + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                String.join(":", classPath),
                AWSLambda.class.getName(),
                settings.handler());
    }

    /** Returns the variables that Lambda sets, plus those of the configuration. */
    static Map<String, String> environment(Path code, LambdaSettings settings, Map<String, String> aws) {
        Map<String, String> environment = new HashMap<>(aws);
        environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.put("_HANDLER", settings.handler());
        environment.putIfAbsent("AWS_LAMBDA_FUNCTION_NAME", "tiercel");
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", "1");
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(settings.memoryMb()));
        environment.put("AWS_LAMBDA_FUNCTION_TIMEOUT", Integer.toString(settings.timeoutSeconds()));
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/tiercel");
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "1");
        environment.put("LAMBDA_TASK_ROOT", code.toString());
        environment.putAll(settings.environment());
        return environment;
    }

    @Override
    public String invoke(String event) throws Exception {
        CompletableFuture<String> response = api.invoke("request-" + ++invocations, event);
        try {
            return response.get(settings.timeoutSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("no response: " + log(), e);
        }
    }

    /** Returns the time from the start of the process to its first poll. */
    Duration startupTime() {
        return startupTime;
    }

    @Override
    public String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        api.close();
        Files.delete(log);
    }
}
