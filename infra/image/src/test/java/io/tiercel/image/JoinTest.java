package io.tiercel.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code image join}, with handmade layouts. */
@Tag("unit")
class JoinTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";

    @TempDir
    private Path folder;

    private record Outcome(int status, String output) {}

    private Outcome join(Path out, Path... layouts) {
        StringWriter output = new StringWriter();
        CommandLine command = new CommandLine(new JoinCommand());
        command.setErr(new PrintWriter(output));
        command.setExecutionExceptionHandler((e, _, _) -> {
            output.write(String.valueOf(e.getMessage()));
            return 1;
        });
        String[] arguments = Stream.concat(
                        Stream.of("--oci", out.toString()), Stream.of(layouts).map(Path::toString))
                .toArray(String[]::new);
        return new Outcome(command.execute(arguments), output.toString());
    }

    private static JsonNode read(Path layout, JsonNode descriptor) throws Exception {
        String digest = descriptor.path("digest").asText();
        byte[] bytes = Files.readAllBytes(layout.resolve("blobs").resolve(digest.replace(':', '/')));
        assertEquals(digest, "sha256:" + TestLayout.sha256(bytes));
        assertEquals(descriptor.path("size").asLong(), bytes.length);
        return descriptor.path("mediaType").asText().contains("layer") ? JSON.nullNode() : JSON.readTree(bytes);
    }

    @Test
    void joinedImageContainsEveryPlatformAndItsBlobs() throws Exception {
        Path out = folder.resolve("all");
        assertEquals(
                new Outcome(0, ""),
                join(
                        out,
                        TestLayout.write(folder, "one", "arm64", "arm64"),
                        TestLayout.write(folder, "two", "amd64", "amd64")));
        JsonNode top = JSON.readTree(out.resolve("index.json").toFile()).path("manifests");
        assertEquals(1, top.size());
        assertEquals(INDEX, top.path(0).path("mediaType").asText());
        assertEquals(
                "7", top.at("/0/annotations/org.opencontainers.image.ref.name").asText());
        JsonNode manifests = read(out, top.path(0)).path("manifests");
        assertEquals(
                List.of("amd64", "arm64"),
                manifests.findValues("platform").stream()
                        .map(platform -> platform.path("architecture").asText())
                        .toList());
        int files = 1;
        for (JsonNode descriptor : manifests) {
            assertEquals(MANIFEST, descriptor.path("mediaType").asText());
            JsonNode manifest = read(out, descriptor);
            JsonNode configuration = read(out, manifest.path("config"));
            assertEquals(descriptor.at("/platform/architecture"), configuration.path("architecture"));
            read(out, manifest.path("layers").path(0));
            files += 2;
        }
        try (Stream<Path> blobs = Files.list(out.resolve("blobs/sha256"))) {
            assertEquals(files + 1, blobs.count(), "both platforms share one layer blob, and there are no other blobs");
        }
    }

    @Test
    void joinedImageAcceptsAThirdPlatform() throws Exception {
        Path two = folder.resolve("two-of-them");
        assertEquals(
                0,
                join(
                                two,
                                TestLayout.write(folder, "one", "arm64", "arm64"),
                                TestLayout.write(folder, "two", "amd64", "amd64"))
                        .status());
        assertEquals(
                new Outcome(0, ""),
                join(folder.resolve("all"), two, TestLayout.write(folder, "three", "riscv64", "riscv64")));
    }

    @Test
    void layoutsThatDoNotFitAreRejectedWithAReason() throws Exception {
        Path one = TestLayout.write(folder, "one", "amd64", "amd64");
        assertFails(
                "another layout is for linux/amd64 as well", one, TestLayout.write(folder, "same", "amd64", "amd64"));
        assertFails("the index says that", one, TestLayout.write(folder, "lying", "arm64", "amd64"));
        assertFails("is not an OCI layout", one, folder.resolve("nothing"));
        Path damaged = TestLayout.write(folder, "damaged", "arm64", "arm64");
        try (Stream<Path> blobs = Files.list(damaged.resolve("blobs/sha256"))) {
            for (Path blob : blobs.filter(each -> holdsLayer(each)).toList()) {
                Files.writeString(blob, "b layer for all");
            }
        }
        assertFails("is damaged", one, damaged);
        Files.createDirectories(folder.resolve("there/already"));
        Outcome outcome = join(folder.resolve("there"), one, TestLayout.write(folder, "two", "arm64", "arm64"));
        assertEquals(1, outcome.status());
        assertTrue(outcome.output().contains("not empty"), outcome.output());
    }

    private static boolean holdsLayer(Path blob) {
        try {
            return Files.readString(blob).startsWith("a layer");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void assertFails(String reason, Path... layouts) throws IOException {
        Path out = Files.createTempDirectory(folder, "out");
        Outcome outcome = join(out, layouts);
        assertEquals(1, outcome.status(), reason);
        assertTrue(outcome.output().contains(reason), outcome.output());
    }
}
