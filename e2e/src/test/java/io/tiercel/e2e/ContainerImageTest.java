package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Container images that {@code ./tiercel image} makes: their files, and their bill of materials. */
@Tag("packaged")
class ContainerImageTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BILL = "/opt/tiercel/sbom.cdx.json";
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    @TempDir
    private Path folder;

    private static String tiercel(String... arguments) throws Exception {
        return new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of("TIERCEL_BUILD", "no")).out(arguments);
    }

    private static String digest(String output) {
        Matcher digest = DIGEST.matcher(output);
        assertTrue(digest.find(), output);
        return digest.group();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sensor", "server"})
    void billOfMaterialsListsEveryFileWithItsHash(String kind) throws Exception {
        Path tar = folder.resolve("image.tar");
        String first = digest(tiercel("image", kind, "--tar", tar.toString()));
        Path bill = folder.resolve("image.tar.cdx.json");
        assertEquals(List.of(), new JsonParser().validate(bill.toFile(), Version.VERSION_16));

        Path root = folder.resolve("root");
        ImageBill.unpack(tar, root);
        SortedMap<String, String> files = ImageBill.hashes(root);
        assertEquals(Files.readString(bill), Files.readString(root.resolve(BILL.substring(1))));
        files.remove(BILL);
        ImageBill parsed = ImageBill.read(bill);
        assertEquals(files, parsed.files());
        for (String jar : files.keySet().stream()
                .filter(file -> file.matches("/opt/tiercel/(app/)?lib/.*\\.jar"))
                .toList()) {
            String version = jar.replaceFirst(".*?-(\\d[^/]*?)(-native)?\\.jar$", "$1");
            assertTrue(
                    parsed.urls().stream()
                            .anyMatch(url -> url.startsWith("pkg:maven/") && url.contains("@" + version + "?")),
                    jar);
        }
        assertTrue(parsed.urls().stream().anyMatch(url -> url.startsWith("pkg:generic/openjdk@25")), parsed::toString);
        if (Tool.isInstalled("dpkg-query")) {
            assertTrue(parsed.urls().stream().anyMatch(url -> url.matches("pkg:deb/.*/libc6@.*")), parsed::toString);
        }

        assertEquals(
                first,
                digest(tiercel("image", kind, "--tar", tar.toString())),
                "the same folder must give the same digest");
    }

    @Test
    void ociLayoutNamesItsPlatformAndHasTheLayersOfTheTar() throws Exception {
        Path layout = folder.resolve("layout");
        Path tar = folder.resolve("image.tar");
        String output = tiercel(
                "image", "--oci", layout.toString(), "--tar", tar.toString(), "--name", "example.com/a/sensor:7");
        JsonNode listed = JSON.readTree(layout.resolve("index.json").toFile()).path("manifests");
        assertEquals(1, listed.size());
        assertTrue(output.contains(listed.at("/0/digest").asText()), output);
        assertEquals("linux", listed.at("/0/platform/os").asText());
        String architecture = listed.at("/0/platform/architecture").asText();
        JsonNode manifest = blob(layout, listed.path(0));
        JsonNode configuration = blob(layout, manifest.path("config"));
        assertEquals(architecture, configuration.path("architecture").asText());

        Path parts = Files.createDirectory(folder.resolve("parts"));
        Tool.onPath("tar").out("-xf", tar.toString(), "-C", parts.toString());
        JsonNode archived =
                JSON.readTree(parts.resolve("manifest.json").toFile()).path(0);
        assertEquals(
                configuration.at("/rootfs/diff_ids"),
                JSON.readTree(parts.resolve(archived.path("Config").asText()).toFile())
                        .at("/rootfs/diff_ids"));
        assertEquals("example.com/a/sensor:7", archived.at("/RepoTags/0").asText());
    }

    private static JsonNode blob(Path layout, JsonNode descriptor) throws Exception {
        return JSON.readTree(
                layout.resolve("blobs/" + descriptor.path("digest").asText().replace(':', '/'))
                        .toFile());
    }

    @Test
    void wrongArgumentsAreReported() throws Exception {
        Tool tiercel = new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of("TIERCEL_BUILD", "no"));
        Tool.Result unknown = tiercel.run("image", "sensors");
        assertFalse(unknown.status() == 0);
        assertTrue(unknown.text().contains("sensors"), unknown.text());
        Tool.Result noTarget = tiercel.run("image", "--name", "a:1");
        assertFalse(noTarget.status() == 0);
        assertTrue(noTarget.text().contains("--tar"), noTarget.text());
    }
}
