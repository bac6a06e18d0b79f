package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks infra/terraform without an apply: format, validation of variables, and known weaknesses. */
@Tag("packaged")
class TerraformChecksIT {
    private static final Pattern ALL_TESTS_PASSED = Pattern.compile("Success! [1-9][0-9]* passed, 0 failed");

    @TempDir
    Path folder;

    @AfterEach
    void removeLinks() throws Exception {
        TerraformCopy.removeLinks(folder);
    }

    @Test
    void isFormatted() throws Exception {
        Tool.oneOf("tofu", "terraform")
                .run(TerraformCopy.SOURCE, Map.of(), "fmt", "-check", "-recursive", "-diff")
                .succeeded();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "modules/pipeline",
                "modules/sensor-access",
                "modules/cluster-access",
                "modules/observability"
            })
    void rejectsInvalidVariablesAndCreatesOnlyRequestedResources(String module) throws Exception {
        TerraformCopy copy = TerraformCopy.withPlaceholders(folder).initialized(module);
        copy.run(Map.of(), "validate", "-no-color").succeeded();
        String tests = copy.run(Map.of(), "test", "-no-color").succeeded();
        assertTrue(ALL_TESTS_PASSED.matcher(tests).find(), tests);
    }

    @Test
    void hasNoKnownWeakness() throws Exception {
        Tool.oneOf("trivy")
                .run(
                        Path.of(System.getProperty("tiercel.root"), "infra"),
                        Map.of(),
                        "config",
                        "--skip-check-update",
                        "--severity",
                        "MEDIUM,HIGH,CRITICAL",
                        "--ignorefile",
                        ".trivyignore.yaml",
                        "--exit-code",
                        "1",
                        ".")
                .succeeded();
    }
}
