package io.tiercel.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** An image for another architecture than that of this machine, with a handmade folder. */
@Tag("unit")
class ForeignImageTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path temporary;

    private String make(MakeCommand.Kind kind, Path folder, Path layout) {
        StringWriter error = new StringWriter();
        int status = new CommandLine(new MakeCommand())
                .setExecutionExceptionHandler((e, _, _) -> {
                    error.write(String.valueOf(e.getMessage()));
                    return 1;
                })
                .execute(kind.name(), "--folder", folder.toString(), "--oci", layout.toString());
        assertEquals(error.toString().isEmpty(), status == 0);
        return error.toString();
    }

    private static JsonNode blob(Path layout, JsonNode descriptor) throws Exception {
        String digest = descriptor.path("digest").asText();
        return JSON.readTree(
                layout.resolve("blobs").resolve(digest.replace(':', '/')).toFile());
    }

    @ParameterizedTest
    @EnumSource
    void hasThePlatformAndTheLibrariesOfThePackagesAndNoCache(MakeCommand.Kind kind) throws Exception {
        Path layout = temporary.resolve("layout");
        assertEquals("", make(kind, TestFolder.write(temporary, "arm64"), layout));
        JsonNode listed = JSON.readTree(layout.resolve("index.json").toFile()).at("/manifests/0");
        assertEquals("arm64", listed.at("/platform/architecture").asText());
        JsonNode configuration = blob(layout, blob(layout, listed).path("config"));
        assertEquals("arm64", configuration.path("architecture").asText());
        String entry = configuration.at("/config/Entrypoint").toString();
        assertTrue(entry.contains("/opt/tiercel/runtime/bin/java"), entry);
        assertFalse(entry.contains("AOTCache"), entry);
        assertEquals(
                kind == MakeCommand.Kind.sensor ? "clang 19.1.7" : "",
                configuration.at("/config/Labels/io.tiercel.compiler").asText());
        String bill = Files.readString(temporary.resolve("layout.cdx.json"));
        assertTrue(bill.contains("pkg:deb/") && bill.contains("/libbpf1@1%3A1.5.0-3?arch=arm64"), bill);
        assertTrue(bill.contains("\"" + TestFolder.library("arm64") + "\""), bill);
    }

    @Test
    void aLibraryForAnotherArchitectureIsRefused() throws Exception {
        Path folder = TestFolder.write(temporary, "arm64");
        Files.write(folder.resolve("native/libjffi.so"), TestFolder.elf(TestFolder.X86_64));
        assertEquals(
                "/opt/tiercel/native/libjffi.so in the image is for amd64, but the image is for arm64",
                make(MakeCommand.Kind.sensor, folder, temporary.resolve("layout")));
    }

    @Test
    void aDamagedListOfLibrariesIsReported() throws Exception {
        Path folder = TestFolder.write(temporary, "arm64");
        Files.writeString(folder.resolve("system-libraries.txt"), "/lib/x\n");
        assertTrue(make(MakeCommand.Kind.sensor, folder, temporary.resolve("layout"))
                .contains("system-libraries.txt is damaged: /lib/x"));
    }
}
