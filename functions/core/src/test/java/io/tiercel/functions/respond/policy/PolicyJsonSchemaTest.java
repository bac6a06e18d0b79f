package io.tiercel.functions.respond.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ParameterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PolicyJsonSchemaTest {
    private static final Path DOCS = Path.of(System.getProperty("tiercel.root"), "docs");

    @Test
    void the_documented_schema_matches_the_parser() throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        assertEquals(
                json.readTree(PolicyJsonSchema.schema().toString()),
                json.readTree(DOCS.resolve("responses.schema.json").toFile()),
                "replace docs/responses.schema.json with: "
                        + PolicyJsonSchema.schema().toPrettyString());
    }

    @Test
    void the_page_names_every_action_parameter_field_and_state() throws IOException {
        String page = Files.readString(DOCS.resolve("responses.md"));
        for (ActionKind kind : ActionKind.values()) {
            assertTrue(page.contains("`" + kind.label() + "`"), kind.label());
            for (ParameterSpec parameter : kind.parameters()) {
                assertTrue(page.contains("`" + parameter.name() + "`"), parameter.name());
            }
        }
        IncidentFields.TYPES.keySet().forEach(field -> assertTrue(page.contains("`" + field + "`"), field));
        for (StepState state : StepState.values()) {
            assertTrue(page.contains("`" + state.label() + "`"), state.label());
        }
    }
}
