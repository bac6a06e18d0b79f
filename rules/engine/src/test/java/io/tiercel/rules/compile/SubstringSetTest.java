package io.tiercel.rules.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Tag;

@Tag("unit")
class SubstringSetTest {
    @Property(tries = 5000)
    void matchesIfAnySubstringMatches(
            @ForAll @StringLength(max = 12) @CharRange(from = 'a', to = 'b') String text,
            @ForAll @NotEmpty @Size(max = 3)
                    List<@StringLength(max = 4) @CharRange(from = 'a', to = 'b') String> parts) {
        assertEquals(parts.stream().anyMatch(text::contains), new SubstringSet(parts).matches(text));
    }
}
