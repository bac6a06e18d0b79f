package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.policy.Policies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ConfigurationFilesTest {
    private final ConfigurationFiles files =
            new ConfigurationFiles(reference -> "text of " + reference, name -> "value of " + name);

    private String read(String location) {
        return files.read("TIERCEL_X", Optional.of(location), (name, text) -> name + ": " + text)
                .orElseThrow();
    }

    @Test
    void readsParametersSecretsAndFiles(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("x.yaml"), "a file");
        assertEquals(file + ": a file", read(file.toString()));
        assertEquals("ssm:/tiercel/x:3: value of /tiercel/x:3", read("ssm:/tiercel/x:3"));
        assertEquals("secret:x: text of secret:x", read("secret:x"));
        assertEquals(Optional.empty(), files.read("TIERCEL_X", Optional.empty(), (name, text) -> text));
    }

    @Test
    void anUnreadableFileIsReportedWithItsVariable() {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> read("/nowhere/x.yaml"))
                .getMessage());
        assertTrue(message.startsWith("TIERCEL_X: cannot read /nowhere/x.yaml: "), message);
        assertTrue(message.contains("ssm:NAME"), message);
    }

    @Test
    void anInvalidFileIsReportedWithItsVariable() {
        ConfigurationFiles invalid = new ConfigurationFiles(reference -> "", name -> "- policy: 5\n  mode: maybe\n");
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> invalid.read("TIERCEL_RESPONSES", Optional.of("ssm:policies"), Policies::parse))
                .getMessage());
        assertTrue(message.startsWith("TIERCEL_RESPONSES: ssm:policies"), message);
    }
}
