package io.tiercel.sensor.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class InstanceIdTest {
    @TempDir
    Path folder;

    private Optional<InstanceId> dmi(String content) throws IOException {
        return InstanceId.readDmi(
                Files.writeString(folder.resolve("board_asset_tag"), content, StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"i-0123456789abcdef0", "i-0123456789abcdef0\n", "i-12345678\n"})
    void readsTheAssetTag(String content) throws IOException {
        assertEquals(Optional.of(new InstanceId(content.strip(), InstanceId.Source.DMI)), dmi(content));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "Not Specified\n",
                "i-1234567\n",
                "i-0123456789abcdef01\n",
                "i-0123456789ABCDEF0\n",
                " i-0123456789abcdef0\n",
                "i-0123456789abcdef0\n\n",
                "i-0123456789abcdef0\r\n",
                "i-0123456789abcdef0\0\n",
                "i-0123456789abcdef0\ni-0123456789abcdef1\n",
                "i-\u00b2\u00b3456789",
                "../../etc/shadow\n"
            })
    void anythingElseIsNoInstance(String content) throws IOException {
        assertEquals(Optional.empty(), dmi(content));
    }

    @Test
    void missingAndEndlessFilesAreNoInstance() throws IOException {
        assertEquals(Optional.empty(), InstanceId.readDmi(folder.resolve("none")));
        assertEquals(Optional.empty(), InstanceId.readDmi(folder));
        assertEquals(Optional.empty(), InstanceId.readDmi(Path.of("/dev/zero")));
        assertEquals(Optional.empty(), dmi("i-0123456789abcdef0".repeat(1 << 20)));
    }

    @Property(tries = 500)
    void everyIdHasTheDocumentedForm(
            @ForAll @Chars({'i', '-', '0', '9', 'a', 'f'}) @StringLength(max = 24) String end) {
        String text = "i-" + end;
        assertEquals(
                text.matches("i-[0-9a-f]{8,17}\n?"),
                InstanceId.parse(text, InstanceId.Source.IMDS).isPresent());
    }
}
