package io.tiercel.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code image push} to a real registry: digests, credentials and verified connections. */
@Tag("packaged")
class PushTest {
    private static final Pattern DIGEST = Pattern.compile("(sha256:[0-9a-f]{64}) pushed");

    @TempDir
    private Path folder;

    private Path amd64 = Path.of("");
    private Path arm64 = Path.of("");

    private record Outcome(int status, String output) {
        String digest() {
            Matcher digest = DIGEST.matcher(output);
            assertTrue(digest.find(), output);
            return digest.group(1);
        }
    }

    @BeforeEach
    void makeLayouts() throws Exception {
        amd64 = TestLayout.write(folder, "amd64", "amd64", "amd64");
        arm64 = TestLayout.write(folder, "arm64", "arm64", "arm64");
    }

    private Outcome push(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(output, true, StandardCharsets.UTF_8);
        Map<String, String> all = new HashMap<>(environment);
        all.put("HOME", folder.toString());
        int status = new CommandLine(new PushCommand(all, print, print))
                .setExecutionExceptionHandler((e, _, _) -> {
                    print.println(e.getMessage());
                    return 1;
                })
                .execute(arguments);
        forgetAuthorities();
        return new Outcome(status, output.toString(StandardCharsets.UTF_8));
    }

    /** The trusted authorities belong to the process, which other tests share. */
    @AfterEach
    void forgetAuthorities() {
        System.getProperties().keySet().removeIf(name -> String.valueOf(name).startsWith("javax.net.ssl.trustStore"));
    }

    @Test
    void printedDigestIsTheOneInTheRegistry() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder, false, false)) {
            String name = registry.address() + "/tiercel/sensor:7";
            Outcome first = push(Map.of(), "--allow-insecure", "--name", name, amd64.toString());
            assertEquals(0, first.status, first.output);
            assertEquals(first.digest(), registry.digestOf("tiercel/sensor", "7"));
            assertEquals(OciLayout.open(amd64).root().digest(), first.digest());
            assertTrue(first.output.contains("pushing"), first.output);

            Outcome again = push(Map.of(), "--allow-insecure", "--name", name, amd64.toString());
            assertEquals(first.digest(), again.digest());
            assertFalse(again.output.contains("pushing"), again.output);

            Outcome both = push(Map.of(), "--allow-insecure", "--name", name, arm64.toString(), amd64.toString());
            assertEquals(0, both.status, both.output);
            assertTrue(both.output.contains("for linux/amd64, linux/arm64"), both.output);
            assertNotEquals(first.digest(), both.digest());
            assertEquals(both.digest(), registry.digestOf("tiercel/sensor", "7"));
            String index = String.valueOf(registry.stored(both.digest()));
            for (Path each : List.of(amd64, arm64)) {
                String digest = OciLayout.open(each).root().digest();
                assertTrue(index.contains(digest), index);
                assertEquals(OciLayout.open(each).text(OciLayout.open(each).root()), registry.stored(digest));
            }
        }
    }

    /** One command makes and pushes the image of both platforms, so that a cluster with both pulls one tag or digest. */
    @Test
    void foldersOfTwoPlatformsBecomeOneIndex() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder, false, false)) {
            Path layout = folder.resolve("both");
            List<String> arguments = new ArrayList<>(List.of("sensor", "--push", "--allow-insecure"));
            arguments.addAll(List.of("--oci", layout.toString(), "--name", registry.address() + "/tiercel/sensor:8"));
            for (String architecture : List.of("amd64", "arm64")) {
                arguments.add("--folder=" + TestFolder.write(folder, architecture));
            }
            assertEquals(0, new CommandLine(new MakeCommand()).execute(arguments.toArray(String[]::new)));
            String digest = OciLayout.open(layout).root().digest();
            assertEquals(digest, registry.digestOf("tiercel/sensor", "8"));
            JsonNode index = JsonMapper.builder().build().readTree(String.valueOf(registry.stored(digest)));
            assertEquals(
                    "application/vnd.oci.image.index.v1+json",
                    index.path("mediaType").asText());
            assertEquals("amd64", index.at("/manifests/0/platform/architecture").asText());
            assertEquals("arm64", index.at("/manifests/1/platform/architecture").asText());
            assertNotNull(registry.stored(index.at("/manifests/1/digest").asText()));
            for (String architecture : List.of("amd64", "arm64")) {
                String bill = Files.readString(folder.resolve("both-" + architecture + ".cdx.json"));
                assertTrue(bill.contains(TestFolder.library(architecture)), bill);
            }

            arguments.addAll(List.of("--tar", folder.resolve("both.tar").toString()));
            assertEquals(
                    1,
                    new CommandLine(new MakeCommand())
                            .setExecutionExceptionHandler((e, _, _) -> {
                                assertTrue(String.valueOf(e.getMessage()).contains("--tar"), e.toString());
                                return 1;
                            })
                            .execute(arguments.toArray(String[]::new)));
        }
    }

    /** A registry with TLS and an account. Nothing is sent before its certificate is verified. */
    @Test
    void certificateIsVerifiedAndCredentialsComeFromFilesOrTheEnvironment() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder, true, true)) {
            String[] unverified = {"--name", registry.address() + "/tiercel/sensor:7", amd64.toString()};
            String[] verified = {
                "--registry-ca", registry.authority().toString(), unverified[0], unverified[1], unverified[2]
            };
            Map<String, String> account = Map.of(
                    RegistryCredentials.USERNAME, DockerRegistry.USERNAME,
                    RegistryCredentials.PASSWORD, DockerRegistry.PASSWORD);
            Outcome outcome = push(account, unverified);
            assertEquals(1, outcome.status, outcome.output);
            assertTrue(outcome.output.contains("--registry-ca"), outcome.output);

            outcome = push(Map.of(), verified);
            assertEquals(1, outcome.status, outcome.output);
            assertTrue(outcome.output.contains("podman login"), outcome.output);

            outcome = push(account, verified);
            assertEquals(0, outcome.status, outcome.output);
            assertEquals(outcome.digest(), registry.digestOf("tiercel/sensor", "7"));

            String login = Base64.getEncoder()
                    .encodeToString(
                            (DockerRegistry.USERNAME + ":" + DockerRegistry.PASSWORD).getBytes(StandardCharsets.UTF_8));
            Path file = Files.writeString(
                    folder.resolve("auth.json"),
                    "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.address(), login));
            outcome = push(Map.of("REGISTRY_AUTH_FILE", file.toString()), verified);
            assertEquals(0, outcome.status, outcome.output);
            assertFalse(outcome.output.contains(DockerRegistry.PASSWORD) || outcome.output.contains(login));

            outcome = push(Map.of(RegistryCredentials.USERNAME, "alice"), verified);
            assertEquals(1, outcome.status, outcome.output);
            assertTrue(outcome.output.contains("set both"), outcome.output);
        }
    }

    @Test
    void httpNeedsTheOption() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder, false, false)) {
            Outcome outcome = push(Map.of(), "--name", registry.address() + "/tiercel/sensor:7", amd64.toString());
            assertEquals(1, outcome.status, outcome.output);
            assertTrue(outcome.output.contains("--allow-insecure"), outcome.output);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiercel/sensor:7",
                "example.com/tiercel/sensor",
                "example.com/Tiercel:7",
                "example.com/a@sha256:1"
            })
    void incompleteNamesAreRejected(String name) throws Exception {
        Outcome outcome = push(Map.of(), "--name", name, amd64.toString());
        assertEquals(1, outcome.status, outcome.output);
        assertTrue(outcome.output.contains("use the form registry.example.com/tiercel/sensor:0.2.0"), outcome.output);
    }
}
