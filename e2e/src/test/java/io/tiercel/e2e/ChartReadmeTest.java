package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The table of values in the chart's README is that of {@code values.yaml}, whose comments are the descriptions. With
 * {@code -Dtiercel.regenerate=true} the test writes the table.
 */
@Tag("unit")
class ChartReadmeTest {
    private static final Path CHART = Tiercel.ROOT.resolve("infra/helm/tiercel");
    private static final Pattern KEY = Pattern.compile("^( *)([A-Za-z][A-Za-z0-9./-]*):(?: (.*))?$");
    private static final Pattern TABLE = Pattern.compile("(?s)(<!-- values -->\\n\\n).*?(\\n<!-- end -->)");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A key with its default and its comment; the default of a group of values is empty. */
    private record Value(String key, String text, String comment) {}

    @Test
    void tableOfValuesIsCurrent() throws IOException {
        Path readme = CHART.resolve("README.md");
        String text = Files.readString(readme);
        Matcher table = TABLE.matcher(text);
        assertTrue(table.find(), "README.md has no table of values");
        StringBuilder lines = new StringBuilder("| Value | Default | Description |\n|---|---|---|\n");
        for (Value value : values()) {
            lines.append("| `%s` | %s | %s |%n".formatted(value.key, value.text, value.comment));
        }
        String current = table.replaceFirst("$1" + Matcher.quoteReplacement(lines.toString()) + "$2");
        if (Boolean.getBoolean("tiercel.regenerate")) {
            Files.writeString(readme, current);
        } else {
            assertEquals(
                    current,
                    text,
                    "regenerate it with ./mvnw -pl e2e test -Dtest=ChartReadmeTest -Dtiercel.regenerate=true");
        }
    }

    /** Each value is described by its comment, or by that of its group. */
    @Test
    void everyValueIsDescribed() throws IOException {
        List<Value> values = values();
        assertEquals(
                List.of(),
                values.stream()
                        .filter(value -> value.comment.isEmpty()
                                && values.stream()
                                        .noneMatch(group ->
                                                value.key.startsWith(group.key + ".") && !group.comment.isEmpty()))
                        .map(Value::key)
                        .toList());
    }

    private static List<Value> values() throws IOException {
        JsonNode defaults =
                new YAMLMapper().readTree(CHART.resolve("values.yaml").toFile());
        List<Value> values = new ArrayList<>();
        Deque<String> path = new ArrayDeque<>();
        List<String> comment = new ArrayList<>();
        for (String line : Files.readAllLines(CHART.resolve("values.yaml"))) {
            Matcher key = KEY.matcher(line);
            if (line.strip().startsWith("#")) {
                comment.add(line.strip().substring(1).strip());
            } else if (key.matches()) {
                while (path.size() > key.group(1).length() / 2) {
                    path.removeLast();
                }
                path.addLast(key.group(2).replace("/", "~1")); // as in JSON pointers
                JsonNode value = defaults.at("/" + String.join("/", path));
                String written = key.group(3);
                boolean group = value.isObject() && (written == null || written.isEmpty());
                String described = String.join(" ", comment).replace("|", "\\|");
                if (!group || !described.isEmpty()) {
                    values.add(new Value(
                            String.join(".", path).replace("~1", "/"),
                            group ? "" : "`" + JSON.writeValueAsString(value) + "`",
                            described));
                }
                comment.clear();
            } else {
                comment.clear();
            }
        }
        return values;
    }
}
