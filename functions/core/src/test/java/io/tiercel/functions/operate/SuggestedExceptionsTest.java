package io.tiercel.functions.operate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Tag;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

@Tag("unit")
class SuggestedExceptionsTest {
    private static final List<String> FIELDS = List.of("proc.exepath", "proc.pname");

    /** Values of events cannot end the quotes, and come back unchanged. */
    @Property(tries = 500)
    void every_text_is_one_scalar(
            @ForAll @StringLength(max = 60) String rule, @ForAll @StringLength(max = 60) String value) {
        String text = SuggestedExceptions.text(rule, FIELDS, List.of(value, "x"));
        assertTrue(text.chars().allMatch(c -> c == '\n' || c >= ' ' && c < 0x7f), text);
        Object parsed = new Load(LoadSettings.builder().build()).loadFromString(text);
        Map<?, ?> item = (Map<?, ?>) ((List<?>) parsed).getFirst();
        assertEquals(rule, item.get("rule"));
        Map<?, ?> exception = (Map<?, ?>) ((List<?>) Objects.requireNonNull(item.get("exceptions"))).getFirst();
        assertEquals(List.of(List.of(value, "x")), exception.get("values"));
    }

    @Example
    void no_exception_trusts_a_name_alone() {
        SuggestedExceptions.FIELDS.forEach(fields -> assertTrue(fields.contains("proc.exepath"), fields::toString));
    }

    @Example
    void rules_load_with_the_exception() {
        String rule = "Say \"hi\"";
        String text = """
            - rule: %s
              desc: a rule
              condition: evt.type = execve
              output: it happened
              priority: NOTICE
            """.formatted(SuggestedExceptions.quoted(rule))
                + SuggestedExceptions.text(rule, FIELDS, List.of("sh", "registry.example/a:1.0@x"));
        LoadResult result =
                new RuleLoader(LoadOptions.defaults()).load(List.of(new RuleSource.Text("suggested.yaml", text)));
        assertTrue(result.ok(), result.toString());
        assertEquals(List.of(), result.files().getFirst().warnings(), text);
    }
}
