package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A copy of infra/terraform and of where it looks for the functions: what the tool leaves beside the files is not for the
 * repository.
 *
 * @param tool Terraform or OpenTofu
 * @param folder the configuration in the copy that is worked with
 */
record TerraformCopy(Tool tool, Path folder) {
    static final Path SOURCE = Path.of(System.getProperty("tiercel.root"), "infra", "terraform");
    static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> BELONGS = Set.of("tf", "hcl", "zip", "yaml");

    /** Copies it, or skips the test where there is no such tool. */
    static TerraformCopy in(Path folder, Path functions) throws IOException {
        Tool tool = Tool.oneOf("tofu", "terraform");
        Path copy = folder.resolve("infra").resolve("terraform");
        try (Stream<Path> files = Files.walk(SOURCE)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(TerraformCopy::belongs)
                    .toList()) {
                Path target = copy.resolve(SOURCE.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
        Path zip = folder.resolve(Path.of(System.getProperty("tiercel.root")).relativize(LambdaProcess.zip()));
        Files.createDirectories(zip.getParent());
        Files.createSymbolicLink(zip, functions);
        return new TerraformCopy(tool, copy);
    }

    /** A file that stands for the functions where nothing runs. */
    static Path placeholder() {
        return SOURCE.resolve("tests").resolve("placeholder.zip");
    }

    private static boolean belongs(Path file) {
        String name = file.getFileName().toString();
        return BELONGS.contains(name.substring(name.lastIndexOf('.') + 1)) && !name.startsWith(".");
    }

    /** Another configuration of the copy, made ready. */
    TerraformCopy initialised(String part) throws IOException, InterruptedException {
        TerraformCopy other = new TerraformCopy(tool, folder.resolve(part).normalize());
        Tool.Result init = other.run(Map.of(), "init", "-input=false", "-no-color");
        // With a mirror of its own configured, a provider that is missing is a fault; without, it may be the network.
        Skip.unless(
                init.status() == 0 || System.getenv("TF_CLI_CONFIG_FILE") != null,
                "needs the provider hashicorp/aws: "
                        + init.output().lines().reduce("", (all, line) -> all + " " + line));
        init.succeeded();
        return other;
    }

    Tool.Result run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return tool.run(folder, environment, arguments);
    }

    /** Gives the configuration its variables, as users do with a file. */
    void variables(JsonNode variables) throws IOException {
        Files.writeString(folder.resolve("terraform.tfvars.json"), variables.toString());
    }

    /** Applies it, and looks whether applying it again would change anything. */
    void apply(Map<String, String> environment) throws IOException, InterruptedException {
        run(environment, "apply", "-auto-approve", "-input=false", "-no-color").succeeded();
        Tool.Result again = run(environment, "plan", "-detailed-exitcode", "-input=false", "-no-color");
        assertEquals(0, again.status(), "a second apply would change something: " + again.output());
    }

    void destroy(Map<String, String> environment) throws IOException, InterruptedException {
        run(environment, "destroy", "-auto-approve", "-input=false", "-no-color")
                .succeeded();
    }

    /** What is there. */
    JsonNode state(Map<String, String> environment) throws IOException, InterruptedException {
        return JSON.readTree(run(environment, "show", "-json", "-no-color").succeeded());
    }

    /** What would be made. */
    JsonNode plan(Map<String, String> environment) throws IOException, InterruptedException {
        run(environment, "plan", "-input=false", "-no-color", "-out=plan").succeeded();
        return JSON.readTree(
                run(environment, "show", "-json", "-no-color", "plan").succeeded());
    }

    /** All resources below the root module of a state, or of a plan's {@code planned_values}. */
    static List<JsonNode> resources(JsonNode rootModule) {
        List<JsonNode> found = new ArrayList<>();
        rootModule.path("resources").forEach(found::add);
        rootModule.path("child_modules").forEach(module -> found.addAll(resources(module)));
        return found;
    }

    /** The values of one of them. */
    static JsonNode values(JsonNode rootModule, String address) {
        return resources(rootModule).stream()
                .filter(resource -> resource.path("address").asText().equals(address))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + address))
                .path("values");
    }

    /** Links lead out of the folder: to the provider and to the functions. JUnit would warn of each. */
    static void removeLinks(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isSymbolicLink()) {
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
