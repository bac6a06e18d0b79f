package io.tiercel.functions.notify;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.secret.SecretResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Parses the notification files in the documentation. */
@Tag("unit")
class DocumentedNotificationsTest {
    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @Test
    void every_documented_file_is_valid() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("tiercel.root"), "docs", "notifications.md"));
        List<String> files =
                BLOCK.matcher(page).results().map(found -> found.group(1)).toList();
        assertFalse(files.isEmpty());
        SecretResolver secrets = SecretResolver.forFilesAndEnvironment(InstantSource.system());
        files.forEach(yaml -> assertDoesNotThrow(
                () -> NotificationFile.read("notifications.md", yaml, secrets, HttpChannelTypes.ALL)));
    }
}
