package io.tiercel.functions.channels;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tiercel.functions.notification.file.ChannelType;
import io.tiercel.functions.notification.file.ConfiguredChannel;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.secret.SecretResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parses the notification files in the documentation. */
@Tag("unit")
class DocumentedNotificationsTest {
    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    private static List<String> files(String page) throws IOException {
        String text = Files.readString(Path.of(System.getProperty("tiercel.root"), "docs", page));
        List<String> files =
                BLOCK.matcher(text).results().map(found -> found.group(1)).toList();
        assertFalse(files.isEmpty());
        return files;
    }

    private static NotificationFile read(String page, String yaml) {
        SecretResolver secrets = SecretResolver.forFilesAndEnvironment(InstantSource.system())
                .withScheme("secret", name -> {
                    throw new AssertionError("reading a file reads no secret");
                });
        return NotificationFile.read(page, yaml, secrets, ChannelTypes.ALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"notifications.md", "channels.md"})
    void every_documented_file_is_valid(String page) throws IOException {
        files(page).forEach(yaml -> assertDoesNotThrow(() -> read(page, yaml)));
    }

    @Test
    void every_type_has_an_example() throws IOException {
        Set<String> documented = files("channels.md").stream()
                .flatMap(yaml -> read("channels.md", yaml).channels().values().stream())
                .map(ConfiguredChannel::type)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                ChannelTypes.ALL.stream().map(ChannelType::name).collect(Collectors.toCollection(TreeSet::new)),
                documented);
    }
}
