package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
 * A copy of infra/terraform and of the functions that it references. It keeps the tool from writing into the repository.
 *
 * @param tool Terraform or OpenTofu
 * @param folder folder of the configuration in the copy
 */
record TerraformCopy(Tool tool, Path folder) {
    static final Path SOURCE = Path.of(System.getProperty("tiercel.root"), "infra", "terraform");
    static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> COPIED_EXTENSIONS = Set.of("tf", "hcl", "zip", "yaml");

    /** Copies the configuration, with placeholders for the code of the functions, or skips the test if no tool is installed. */
    static TerraformCopy withPlaceholders(Path folder) throws IOException {
        Path tests = SOURCE.resolve("tests");
        return copy(
                folder,
                placeholder(),
                tests.resolve("placeholder-respond.zip"),
                tests.resolve("placeholder-notify.zip"),
                tests.resolve("placeholder-operate.zip"));
    }

    /** Copies the configuration, with the functions of this build, or skips the test if no tool is installed. */
    static TerraformCopy withFunctions(Path folder) throws IOException {
        return copy(
                folder,
                FunctionCode.FUNCTION_ZIP,
                FunctionCode.RESPOND_ZIP,
                FunctionCode.NOTIFY_ZIP,
                FunctionCode.OPERATE_ZIP);
    }

    private static TerraformCopy copy(Path folder, Path functionZip, Path respondZip, Path notifyZip, Path operateZip)
            throws IOException {
        Tool tool = Tool.oneOf("tofu", "terraform");
        Path copy = folder.resolve("infra").resolve("terraform");
        try (Stream<Path> files = Files.walk(SOURCE)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(TerraformCopy::isCopied)
                    .toList()) {
                Path target = copy.resolve(SOURCE.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
        link(folder, FunctionCode.FUNCTION_ZIP, functionZip);
        link(folder, FunctionCode.RESPOND_ZIP, respondZip);
        link(folder, FunctionCode.NOTIFY_ZIP, notifyZip);
        link(folder, FunctionCode.OPERATE_ZIP, operateZip);
        return new TerraformCopy(tool, copy);
    }

    /** Creates the link that the configuration finds in place of a zip of this build. */
    private static void link(Path folder, Path built, Path target) throws IOException {
        Path zip = folder.resolve(Path.of(System.getProperty("tiercel.root")).relativize(built));
        assertTrue(
                Files.isRegularFile(target),
                target + " is missing; the module that packages it must be built before this one");
        Files.createDirectories(zip.getParent());
        Files.createSymbolicLink(zip, target);
    }

    /** Returns the path of a placeholder for function.zip. */
    static Path placeholder() {
        return SOURCE.resolve("tests").resolve("placeholder.zip");
    }

    private static boolean isCopied(Path file) {
        String name = file.getFileName().toString();
        return COPIED_EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1)) && !name.startsWith(".");
    }

    /** Initializes a configuration of the copy and returns it. */
    TerraformCopy initialized(String module) throws IOException, InterruptedException {
        TerraformCopy other = new TerraformCopy(tool, folder.resolve(module).normalize());
        Tool.Result init = other.run(Map.of(), "init", "-input=false", "-no-color");
        // With a configured provider mirror, a missing provider is an error. Without one, the network may be the cause.
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

    /** Writes the variables of the configuration to a file. */
    void variables(JsonNode variables) throws IOException {
        Files.writeString(folder.resolve("terraform.tfvars.json"), variables.toString());
    }

    /** Applies the configuration and checks that a second apply changes nothing. */
    void apply(Map<String, String> environment) throws IOException, InterruptedException {
        run(environment, "apply", "-auto-approve", "-input=false", "-no-color").succeeded();
        Tool.Result secondPlan = run(environment, "plan", "-detailed-exitcode", "-input=false", "-no-color");
        assertEquals(0, secondPlan.status(), "a second apply would change something: " + secondPlan.output());
    }

    void destroy(Map<String, String> environment) throws IOException, InterruptedException {
        run(environment, "destroy", "-auto-approve", "-input=false", "-no-color")
                .succeeded();
    }

    /** Returns the state. */
    JsonNode state(Map<String, String> environment) throws IOException, InterruptedException {
        return JSON.readTree(run(environment, "show", "-json", "-no-color").succeeded());
    }

    /** Returns the plan. */
    JsonNode plan(Map<String, String> environment) throws IOException, InterruptedException {
        run(environment, "plan", "-input=false", "-no-color", "-out=plan").succeeded();
        return JSON.readTree(
                run(environment, "show", "-json", "-no-color", "plan").succeeded());
    }

    /** Returns all resources of a state, or of a plan's {@code planned_values}. */
    static List<JsonNode> resources(JsonNode rootModule) {
        List<JsonNode> found = new ArrayList<>();
        rootModule.path("resources").forEach(found::add);
        rootModule.path("child_modules").forEach(module -> found.addAll(resources(module)));
        return found;
    }

    /** Returns the values of one resource. */
    static JsonNode values(JsonNode rootModule, String address) {
        return resources(rootModule).stream()
                .filter(resource -> resource.path("address").asText().equals(address))
                .findFirst()
                .orElseThrow(() -> new AssertionError("missing resource " + address))
                .path("values");
    }

    /** Removes links to the provider and the functions, because JUnit warns about links out of the folder. */
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
