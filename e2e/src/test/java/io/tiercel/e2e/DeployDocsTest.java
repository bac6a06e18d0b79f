package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The values, outputs, commands and files that the deployment pages name exist. */
@Tag("unit")
class DeployDocsTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|hcl|yaml)\\n(.*?)^```$");
    private static final Pattern INLINE = Pattern.compile("`([^`\\n]+(?:\\n[^`\\n]+)?)`");
    private static final Pattern SET = Pattern.compile("--set(?:-file|-string)? ([A-Za-z.]+)");
    private static final Pattern OUTPUT =
            Pattern.compile("(?:terraform|tofu) (?:-chdir=[a-z/]+ )?output (?:-raw |-json )?([a-z_]+)");
    private static final Pattern COMMAND = Pattern.compile("\\./tiercel ([a-z]+)");
    private static final Pattern PATH =
            Pattern.compile("(?<![\\w/.:-])((?:infra|functions|rules|docs|bench)/[A-Za-z0-9_./-]*[A-Za-z0-9_-])");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");
    private static final Pattern CHART_VALUE = Pattern.compile(
            "(?<![A-Za-z_.])(?:image|rules|delivery|identity|spool|grpc|metrics|networkPolicy|serviceAccount|containerRuntime|server|respond|enrich)(?:\\.[A-Za-z][A-Za-z0-9]*)+");

    private static String page(String name) throws IOException {
        return Files.readString(Tiercel.ROOT.resolve("docs").resolve(name));
    }

    private static String blocks(String page, String language) {
        return BLOCK.matcher(page)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .collect(Collectors.joining("\n"));
    }

    /** Returns the shell blocks and the inline code of a page. */
    private static String commands(String page) {
        String lines = INLINE.matcher(BLOCK.matcher(page).replaceAll(""))
                .results()
                .map(inline -> inline.group(1).replace('\n', ' '))
                .collect(Collectors.joining("\n"));
        return blocks(page, "sh") + "\n" + lines;
    }

    private static Set<String> named(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"deploy-eks.md", "helm.md", "identity.md"})
    void valuesExistInTheChart(String name) throws Exception {
        JsonNode schema = new ObjectMapper()
                .readTree(Tiercel.ROOT
                        .resolve("infra/helm/tiercel/values.schema.json")
                        .toFile());
        String code = commands(page(name));
        Set<String> values = named(SET, code);
        CHART_VALUE
                .matcher(INLINE.matcher(page(name))
                        .results()
                        .map(MatchResult::group)
                        .collect(Collectors.joining("\n")))
                .results()
                .map(MatchResult::group)
                .filter(value -> !value.matches(
                        "rules\\.\\w+\\.ya?ml|.*\\.(ca|crt|key|yaml|tar|zip)|enrich\\.(sender|doubts|pod).*"))
                .forEach(values::add);
        assertTrue(values.size() > 2, "found only " + values);
        List<String> unknown = new ArrayList<>();
        for (String value : values) {
            if (!isIn(schema, schema, List.of(value.replaceAll("\\.$", "").split("\\.")))) {
                unknown.add(value);
            }
        }
        assertEquals(List.of(), unknown, "no such values in the chart's schema");
    }

    private static boolean isIn(JsonNode root, JsonNode schema, List<String> path) {
        JsonNode here =
                schema.has("$ref") ? root.at(schema.get("$ref").textValue().substring(1)) : schema;
        if (path.isEmpty()) {
            return !here.isMissingNode();
        }
        JsonNode next = here.path("properties").path(path.getFirst());
        boolean free = here.path("additionalProperties").isObject();
        return next.isMissingNode() ? free : isIn(root, next, path.subList(1, path.size()));
    }

    @Test
    void outputsExistInTerraform() throws Exception {
        Set<String> outputs = named(
                Pattern.compile("(?m)^output \"([a-z_]+)\""),
                Files.readString(Tiercel.ROOT.resolve("infra/terraform/outputs.tf")));
        for (String name : List.of("deploy-eks.md", "helm.md")) {
            Set<String> used = named(OUTPUT, commands(page(name)));
            assertTrue(!used.isEmpty() && outputs.containsAll(used), used + " of " + outputs);
        }
    }

    @Test
    void variablesExistInTerraform() throws Exception {
        String variables = Files.readString(Tiercel.ROOT.resolve("infra/terraform/variables.tf"));
        String text = blocks(page("deploy-eks.md"), "hcl") + blocks(page("identity.md"), "hcl");
        Set<String> written = named(Pattern.compile("(?m)(?:^|\\{) *([a-z_]+) *="), text);
        assertTrue(written.contains("cluster") && written.contains("refers_to"), written.toString());
        for (String variable : written) {
            assertTrue(
                    Pattern.compile("(?m)^variable \"" + variable + "\"|^ +" + variable + " +=")
                            .matcher(variables)
                            .find(),
                    "infra/terraform has no " + variable);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"deploy-eks.md", "helm.md", "identity.md"})
    void commandsAndFilesExist(String name) throws Exception {
        String page = page(name);
        String usage = new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of()).out("help");
        for (String command : named(COMMAND, commands(page))) {
            assertTrue(Pattern.compile("(?m)^  " + command + " ").matcher(usage).find(), "no command " + command);
        }
        for (String path : named(PATH, commands(page))) {
            assertTrue(path.contains("/target/") || Files.exists(Tiercel.ROOT.resolve(path)), path + " does not exist");
        }
        for (String link : named(LINK, page)) {
            assertTrue(Files.exists(Tiercel.ROOT.resolve("docs").resolve(link)), link + " does not exist");
        }
    }

    /** The total equals the sum of the lines, each of which is rounded to a cent. */
    @Test
    void costEstimateAddsUp() throws Exception {
        List<Double> lines = Pattern.compile("(?m)^\\|.*\\| ([0-9]+\\.[0-9]{2}) \\|$")
                .matcher(page("deploy-eks.md"))
                .results()
                .map(line -> Double.valueOf(line.group(1)))
                .toList();
        String sum = named(
                        Pattern.compile("\\*\\*Total, USD\\*\\* .* \\*\\*([0-9.]+)\\*\\* \\|"), page("deploy-eks.md"))
                .iterator()
                .next();
        assertTrue(lines.size() > 10, lines.toString());
        assertEquals(
                Double.parseDouble(sum),
                lines.stream().mapToDouble(Double::doubleValue).sum(),
                0.005 * lines.size());
    }
}
