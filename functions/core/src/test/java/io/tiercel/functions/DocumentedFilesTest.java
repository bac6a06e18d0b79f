package io.tiercel.functions;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.privacy.PrivacyFile;
import io.tiercel.functions.respond.policy.Policies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Parses the configuration files in the documentation. */
@Tag("unit")
class DocumentedFilesTest {
    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    static Stream<Arguments> pages() {
        BiConsumer<String, String> policies = Policies::parse;
        BiConsumer<String, String> incidents = (name, yaml) -> {
            if (yaml.startsWith("- policy:")) {
                policies.accept(name, yaml);
            } else {
                IncidentRulesFile.read(name, yaml);
            }
        };
        BiConsumer<String, String> privacy = PrivacyFile::read;
        return Stream.of(
                Arguments.of("responses.md", policies),
                Arguments.of("incidents.md", incidents),
                Arguments.of("privacy.md", privacy));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void every_documented_file_is_valid(String page, BiConsumer<String, String> reader) throws IOException {
        String text = Files.readString(Path.of(System.getProperty("tiercel.root"), "docs", page));
        List<String> files =
                BLOCK.matcher(text).results().map(found -> found.group(1)).toList();
        assertFalse(files.isEmpty(), page + " contains no YAML block");
        files.forEach(yaml -> assertDoesNotThrow(() -> reader.accept(page, yaml)));
    }
}
