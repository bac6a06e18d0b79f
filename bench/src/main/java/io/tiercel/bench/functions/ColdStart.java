package io.tiercel.bench.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Starts a packaged function with AWS's runtime interface client and the flags of the managed runtime. It runs either unpacked, as on
 * Lambda, or with an AOT cache that was trained on the same JVM.
 */
final class ColdStart implements AutoCloseable {
    private static final String HANDLER = "io.quarkus.funqy.lambda.FunqyStreamHandler::handleRequest";
    private static final int TRAINING_EVENTS = 20;

    private final Path zip;
    private final LambdaFunction function;
    private final Path folder;
    private final Path code;
    private final Path cache;

    /**
     * Times of one start in nanoseconds.
     *
     * @param init from process start to the first request for an event
     * @param first from process start to the first response, which is what AWS bills and a caller waits for
     * @param second duration of the second event
     * @param cpu CPU time of the process until the first response, which other processes hardly affect
     */
    record StartTimes(long init, long first, long second, long cpu) {}

    /**
     * Unpacks an artifact.
     *
     * @param zip function.zip, respond.zip or notify.zip
     * @param function a function in it
     */
    ColdStart(Path zip, LambdaFunction function) throws IOException {
        this.zip = zip;
        this.function = function;
        folder = Files.createTempDirectory("tiercel-bench");
        code = folder.resolve("code");
        cache = folder.resolve("function.aot");
        unpack();
    }

    private void unpack() throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            Enumeration<? extends ZipEntry> entries = file.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                Path target = code.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    try (InputStream content = file.getInputStream(entry)) {
                        Files.copy(content, target);
                    }
                }
            }
        }
    }

    private static Stream<String> runtimeClientJars() {
        return Stream.of(AWSLambda.class, PojoSerializer.class, Context.class)
                .map(type -> Path.of(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath())
                        .toString());
    }

    /** A cache cannot contain classes from a folder, so the class path then has the zip file. */
    private List<String> classPath(boolean cached) throws IOException {
        List<String> entries = new ArrayList<>();
        entries.add((cached ? zip.toAbsolutePath() : code).toString());
        try (Stream<Path> jars = Files.list(code.resolve("lib"))) {
            jars.map(Path::toString).sorted().forEach(entries::add);
        }
        runtimeClientJars().forEach(entries::add);
        return entries;
    }

    private Process process(RuntimeStub stub, @Nullable String cacheOption) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx870m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        if (cacheOption != null) {
            command.add(cacheOption);
        }
        command.addAll(
                List.of("-cp", String.join(":", classPath(cacheOption != null)), AWSLambda.class.getName(), HANDLER));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.ofEntries(
                        Map.entry("PATH", "/usr/bin:/bin"),
                        Map.entry("_HANDLER", HANDLER),
                        Map.entry("LAMBDA_TASK_ROOT", code.toString()),
                        Map.entry("AWS_LAMBDA_RUNTIME_API", stub.address()),
                        Map.entry("AWS_LAMBDA_FUNCTION_NAME", "tiercel"),
                        Map.entry("AWS_LAMBDA_FUNCTION_VERSION", "1"),
                        Map.entry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024"),
                        Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", "tiercel"),
                        Map.entry("AWS_LAMBDA_LOG_STREAM_NAME", "1"),
                        Map.entry("AWS_REGION", "eu-west-1"),
                        Map.entry("AWS_ACCESS_KEY_ID", "test"),
                        Map.entry("AWS_SECRET_ACCESS_KEY", "test"),
                        Map.entry("AWS_ENDPOINT_URL", "http://" + stub.address()),
                        Map.entry("QUARKUS_FUNQY_EXPORT", function.export()),
                        Map.entry("TIERCEL_TABLE", "tiercel"),
                        Map.entry("TIERCEL_AUDIT_TABLE", "tiercel-audit"),
                        Map.entry("TIERCEL_KILL_SWITCH", "/tiercel/stop"),
                        Map.entry("TIERCEL_ACTIONS", function == LambdaFunction.RESPOND ? "aws" : ""),
                        Map.entry("TIERCEL_DEDUPLICATE_QUEUE_URL", "http://" + stub.address() + "/1/enriched"),
                        Map.entry("TIERCEL_RESPOND_QUEUE_URL", "http://" + stub.address() + "/1/responses"),
                        Map.entry("TIERCEL_NOTIFY_QUEUE_URL", "http://" + stub.address() + "/1/notifications")));
        return builder.start();
    }

    /** Creates the cache in a run that handles events. */
    void train() throws IOException, InterruptedException {
        try (RuntimeStub stub = new RuntimeStub()) {
            Process process = process(stub, "-XX:AOTCacheOutput=" + cache);
            try {
                for (int i = 0; i < TRAINING_EVENTS; i++) {
                    invoke(stub, i);
                }
            } finally {
                process.destroy();
                if (!process.waitFor(180, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
        }
        if (!Files.exists(cache)) {
            throw new IllegalStateException("the training run created no AOT cache: " + log());
        }
    }

    long cacheBytes() throws IOException {
        return Files.size(cache);
    }

    /** Starts a new process and measures it. */
    StartTimes start(boolean cached) throws IOException, InterruptedException {
        try (RuntimeStub stub = new RuntimeStub()) {
            long startNanos = System.nanoTime();
            Process process = process(stub, cached ? "-XX:AOTCache=" + cache : null);
            try {
                long init = stub.awaitNextRequest() - startNanos;
                long first = invoke(stub, 1) - startNanos;
                long cpu =
                        process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
                long secondStart = System.nanoTime();
                return new StartTimes(init, first, invoke(stub, 2) - secondStart, cpu);
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private long invoke(RuntimeStub stub, int number) throws IOException, InterruptedException {
        RuntimeStub.InvocationResult result = stub.invoke(function.event(number));
        if (!function.succeeded(result.body())) {
            throw new IllegalStateException("the function failed: " + result.body() + "\n" + log());
        }
        return result.completedNanos();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
