package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.List;

/** The chart as {@code helm template} renders it, without a cluster. */
final class Chart {
    static final String FOLDER = "infra/helm/tiercel";

    /** The least that an installation with the server needs. */
    static final String SERVER = "server.enabled=true server.tlsSecret=server delivery.tlsSecret=sensors";

    private Chart() {}

    /** Renders the release {@code watch}. A setting with {@code =[} or {@code ={"} has a JSON value. */
    static Tool.Result render(String... settings) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("template", "watch", FOLDER, "--namespace", "tiercel", "--kube-version", "1.34"));
        for (String setting : settings) {
            arguments.addAll(
                    List.of(setting.contains("=[") || setting.contains("={\"") ? "--set-json" : "--set", setting));
        }
        return Tool.onPath("helm").run(arguments.toArray(String[]::new));
    }

    /** Returns all objects. */
    static List<JsonNode> objects(String... settings) throws Exception {
        Tool.Result result = render(settings);
        assertEquals(0, result.status(), result.text());
        YAMLMapper yaml = new YAMLMapper();
        try (MappingIterator<JsonNode> documents =
                yaml.readerFor(JsonNode.class).readValues(result.text())) {
            return documents.readAll().stream().filter(JsonNode::isObject).toList();
        }
    }

    /** Returns the only object of the kind whose name has the suffix. */
    static JsonNode object(List<JsonNode> objects, String kind, String suffix) {
        List<JsonNode> found = objects.stream()
                .filter(each -> each.path("kind").asText().equals(kind)
                        && each.at("/metadata/name").asText().endsWith(suffix))
                .toList();
        assertEquals(1, found.size(), () -> kind + " " + suffix + " in " + objects);
        return found.getFirst();
    }
}
