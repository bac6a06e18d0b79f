package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every test class says what it needs, so that {@code ./tiercel test --unit} runs exactly the tests that need nothing. */
@Tag("unit")
class TagsTest {
    private static final Set<String> TAGS = Set.of("unit", "live", "kernel", "cluster", "packaged");
    private static final Pattern TAG = Pattern.compile("(?m)^@Tag\\(\"(\\w+)\"\\)");
    private static final Pattern TEST =
            Pattern.compile("@(Test|ParameterizedTest|Property|RepeatedTest|TestFactory|ArchTest|Example)\\b");

    @Test
    void everyTestClassHasExactlyOneTag() throws IOException {
        List<String> findings = new ArrayList<>();
        int classes = 0;
        try (Stream<Path> all = Files.walk(Tiercel.ROOT)) {
            for (Path file : (Iterable<Path>)
                    all.filter(path -> path.toString().matches(".*/src/test/java/.*\\.java"))::iterator) {
                String source = Files.readString(file);
                if (TEST.matcher(source).find() && !source.contains("abstract class " + name(file))) {
                    classes++;
                    List<String> tags = TAG.matcher(source)
                            .results()
                            .map(tag -> tag.group(1))
                            .toList();
                    if (tags.size() != 1 || !TAGS.containsAll(tags)) {
                        findings.add(Tiercel.ROOT.relativize(file) + " " + tags);
                    }
                }
            }
        }
        assertEquals(List.of(), findings, "each test class carries one of the tags " + TAGS);
        assertTrue(classes > 100, "found only " + classes + " test classes");
    }

    private static String name(Path file) {
        Matcher name = Pattern.compile("(\\w+)\\.java$").matcher(file.toString());
        return name.find() ? name.group(1) : "";
    }
}
