package io.tiercel.bench.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * Starts of the function {@code enrich} from the packaged function.zip, with AWS's runtime interface client and the flags of the
 * managed runtime: as Lambda unpacks it, and with an AOT cache that was trained on the same JVM.
 */
final class ColdStart implements AutoCloseable {
    private static final Path ZIP = Path.of("functions", "aws", "target", "function.zip");
    private static final String HANDLER = "io.quarkus.funqy.lambda.FunqyStreamHandler::handleRequest";
    private static final int TRAINING_EVENTS = 20;

    private final Path folder;
    private final Path code;
    private final Path cache;

    /** @param first from the start of the process to the first answer; what AWS bills and a user waits for */
    record Start(long init, long first, long second) {}

    ColdStart() throws IOException {
        folder = Files.createTempDirectory("tiercel-bench");
        code = folder.resolve("code");
        cache = folder.resolve("function.aot");
        unpack();
    }

    private void unpack() throws IOException {
        try (ZipFile zip = new ZipFile(ZIP.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                Path target = code.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    try (InputStream content = zip.getInputStream(entry)) {
                        Files.copy(content, target);
                    }
                }
            }
        }
    }

    private static Stream<String> client() {
        return Stream.of(AWSLambda.class, PojoSerializer.class, Context.class)
                .map(part -> Path.of(part.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath())
                        .toString());
    }

    /** A cache cannot hold classes from a folder, so there the zip itself stands for it. */
    private List<String> classPath(boolean cached) throws IOException {
        List<String> places = new ArrayList<>();
        places.add((cached ? ZIP.toAbsolutePath() : code).toString());
        try (Stream<Path> jars = Files.list(code.resolve("lib"))) {
            jars.map(Path::toString).sorted().forEach(places::add);
        }
        client().forEach(places::add);
        return places;
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
                        Map.entry("QUARKUS_FUNQY_EXPORT", "enrich"),
                        Map.entry("TIERCEL_TABLE", "tiercel"),
                        Map.entry("TIERCEL_DEDUPLICATE_QUEUE_URL", "http://" + stub.address() + "/1/enriched")));
        return builder.start();
    }

    /** Makes the cache from a run that handles events. */
    void train() throws IOException, InterruptedException {
        try (RuntimeStub stub = new RuntimeStub()) {
            Process process = process(stub, "-XX:AOTCacheOutput=" + cache);
            try {
                for (int i = 0; i < TRAINING_EVENTS; i++) {
                    answer(stub, i);
                }
            } finally {
                process.destroy();
                if (!process.waitFor(180, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
        }
        if (!Files.exists(cache)) {
            throw new IllegalStateException("no AOT cache came of the training: " + log());
        }
    }

    long cacheBytes() throws IOException {
        return Files.size(cache);
    }

    /** One start of a new process. */
    Start start(boolean cached) throws IOException, InterruptedException {
        try (RuntimeStub stub = new RuntimeStub()) {
            long begin = System.nanoTime();
            Process process = process(stub, cached ? "-XX:AOTCache=" + cache : null);
            try {
                long init = stub.asks() - begin;
                long first = answer(stub, 1) - begin;
                long asked = System.nanoTime();
                return new Start(init, first, answer(stub, 2) - asked);
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private long answer(RuntimeStub stub, int number) throws IOException, InterruptedException {
        RuntimeStub.Answer answer = stub.invoke(event(number));
        if (!answer.body().contains("\"batchItemFailures\":[]")) {
            throw new IllegalStateException("the function failed: " + answer.body() + "\n" + log());
        }
        return answer.at();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    private static String event(int number) {
        String alert = SampleAlerts.alert("cold", number).replace("\\", "\\\\").replace("\"", "\\\"");
        return "{\"Records\":[{\"messageId\":\"m\",\"receiptHandle\":\"h\",\"body\":\"" + alert
                + "\",\"attributes\":{},\"messageAttributes\":{},\"eventSource\":\"aws:sqs\","
                + "\"eventSourceARN\":\"arn:aws:sqs:eu-west-1:123456789012:alerts\",\"awsRegion\":\"eu-west-1\"}]}";
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
