package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the documentation of infra/terraform. It needs no Terraform. */
@Tag("unit")
class TerraformReferenceTest {
    private static final Path TERRAFORM = Path.of(System.getProperty("tiercel.root"), "infra", "terraform");

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "modules/pipeline",
                "modules/sensor-access",
                "modules/cluster-access",
                "modules/observability"
            })
    void readmeHasEveryInputAndOutput(String path) throws Exception {
        Path module = TERRAFORM.resolve(path);
        String readme = TerraformReference.readme(module);
        if (Boolean.getBoolean("tiercel.regenerate")) {
            Files.writeString(module.resolve("README.md"), readme);
        }
        assertEquals(
                readme,
                Files.readString(module.resolve("README.md")),
                "regenerate it with mvn -pl functions/aws -am test -Dtest=TerraformReferenceTest"
                        + " -Dtiercel.regenerate=true");
    }

    @Test
    void atMostFiveVariablesAreRequired() throws Exception {
        Matcher variable =
                Pattern.compile("(?m)^variable \"").matcher(Files.readString(TERRAFORM.resolve("variables.tf")));
        assertTrue(variable.results().count() <= 5);
    }

    @Test
    void everyActionWithPermissionsCanBeEnabled() throws Exception {
        Matcher allowed = Pattern.compile("(?s)for action in var\\.responses\\.actions : contains\\(\\[(.*?)]")
                .matcher(Files.readString(TERRAFORM.resolve("modules/pipeline/variables.tf")));
        assertTrue(allowed.find());
        assertEquals(
                Arrays.stream(ActionKind.values())
                        .filter(action -> action != ActionKind.NOTIFY)
                        .map(ActionKind::label)
                        .collect(Collectors.toSet()),
                Pattern.compile("\"([^\"]+)\"")
                        .matcher(allowed.group(1))
                        .results()
                        .map(found -> found.group(1))
                        .collect(Collectors.toSet()));
    }

    @Test
    void noOtherProviderIsUsed() throws Exception {
        try (Stream<Path> files = Files.walk(TERRAFORM)) {
            List<Path> all =
                    files.filter(file -> file.toString().endsWith(".tf")).toList();
            assertTrue(all.size() > 10, all.toString());
            for (Path file : all) {
                Matcher source =
                        Pattern.compile("(?m)^ +source += \"([^./][^\"]*)\"").matcher(Files.readString(file));
                while (source.find()) {
                    assertEquals("hashicorp/aws", source.group(1), file.toString());
                }
            }
        }
    }
}
