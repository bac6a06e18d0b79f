package io.tiercel.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** An image for another architecture than that of this machine, with a handmade folder. */
@Tag("unit")
class ForeignImageTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String LIBRARY = "/lib/aarch64-linux-gnu/libbpf.so.1";

    @TempDir
    private Path temporary;

    private Path made() throws Exception {
        Path folder = Files.createDirectory(temporary.resolve("folder"));
        for (String part : List.of("runtime", "lib", "native", "rules")) {
            Files.createDirectory(folder.resolve(part));
        }
        Files.writeString(
                folder.resolve("runtime/release"), "JAVA_RUNTIME_VERSION=\"25.0.5+8\"\nMODULES=\"java.base\"\n");
        for (String file : List.of("tiercel.jar", "java-options", "libraries.txt")) {
            Files.writeString(folder.resolve(file), "");
        }
        Path library = Files.writeString(temporary.resolve("libbpf.so.1.5.0"), "a library for arm64");
        Files.writeString(folder.resolve("platform"), "linux/arm64\n");
        Files.writeString(
                folder.resolve("system-libraries.txt"), LIBRARY + "\t" + library + "\tlibbpf1_1%3a1.5.0-3_arm64\n");
        return folder;
    }

    private String make(Path folder, Path layout) {
        StringWriter error = new StringWriter();
        int status = new CommandLine(new MakeCommand())
                .setExecutionExceptionHandler((e, _, _) -> {
                    error.write(String.valueOf(e.getMessage()));
                    return 1;
                })
                .execute("sensor", "--folder", folder.toString(), "--oci", layout.toString());
        assertEquals(error.toString().isEmpty(), status == 0);
        return error.toString();
    }

    private static JsonNode blob(Path layout, JsonNode descriptor) throws Exception {
        String digest = descriptor.path("digest").asText();
        return JSON.readTree(
                layout.resolve("blobs").resolve(digest.replace(':', '/')).toFile());
    }

    @Test
    void hasThePlatformAndTheLibrariesOfThePackagesAndNoCache() throws Exception {
        Path layout = temporary.resolve("layout");
        assertEquals("", make(made(), layout));
        JsonNode listed = JSON.readTree(layout.resolve("index.json").toFile()).at("/manifests/0");
        assertEquals("arm64", listed.at("/platform/architecture").asText());
        JsonNode configuration = blob(layout, blob(layout, listed).path("config"));
        assertEquals("arm64", configuration.path("architecture").asText());
        String entry = configuration.at("/config/Entrypoint").toString();
        assertTrue(entry.contains("/opt/tiercel/runtime/bin/java"), entry);
        assertFalse(entry.contains("AOTCache"), entry);
        String bill = Files.readString(temporary.resolve("layout.cdx.json"));
        assertTrue(bill.contains("pkg:deb/") && bill.contains("/libbpf1@1%3A1.5.0-3?arch=arm64"), bill);
        assertTrue(bill.contains("\"" + LIBRARY + "\""), bill);
    }

    @Test
    void aDamagedListOfLibrariesIsReported() throws Exception {
        Path folder = made();
        Files.writeString(folder.resolve("system-libraries.txt"), "/lib/x\n");
        assertTrue(make(folder, temporary.resolve("layout")).contains("system-libraries.txt is damaged: /lib/x"));
    }
}
