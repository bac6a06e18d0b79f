package io.tiercel.functions.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.TextNode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;

/** Values are removed from a text as a plain search would remove them. */
@Tag("unit")
class FoundValuesPropertyTest {
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("xy .").ofMaxLength(60);
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.strings().withChars("xy .").ofMinLength(1).ofMaxLength(12);
    }

    @Property
    void a_value_is_removed_like_by_a_plain_search(@ForAll("texts") String text, @ForAll("values") String value) {
        FoundValues found = new FoundValues();
        found.addField(TextNode.valueOf(value));
        assertEquals(plainly(text, value), found.removeFrom(text));
    }

    private static String plainly(String text, String value) {
        StringBuilder result = new StringBuilder();
        int copied = 0;
        for (int at = text.indexOf(value); at >= 0; ) {
            int end = at + value.length();
            if (value.length() >= 8 || Words.isWhole(text, at, end)) {
                result.append(text, copied, at).append("[redacted]");
                copied = end;
                at = text.indexOf(value, end);
            } else {
                at = text.indexOf(value, at + 1);
            }
        }
        return result + text.substring(copied);
    }
}
