package io.tiercel.rules.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class TextLimitTest {
    private static final String PAIR = "\uD83D\uDE00";

    @Test
    void keepsTextThatFits() {
        assertEquals("", TextLimit.cut("", 0));
        assertEquals("abc", TextLimit.cut("abc", 3));
        assertEquals("abc", TextLimit.cut("abc", 3, "..."));
        assertEquals("a" + PAIR, TextLimit.cut("a" + PAIR, 3));
    }

    @Test
    void cutsLongText() {
        assertEquals("abcd", TextLimit.cut("abcdef", 4));
        assertEquals("", TextLimit.cut("abcdef", 0));
    }

    @Test
    void countsTheMarker() {
        assertEquals("ab...", TextLimit.cut("abcdef", 5, "..."));
        assertEquals("...", TextLimit.cut("abcdef", 3, "..."));
    }

    @Test
    void neverSplitsASurrogatePair() {
        assertEquals("a", TextLimit.cut("a" + PAIR + "b", 2));
        assertEquals("a" + PAIR + "…", TextLimit.cut("a" + PAIR + "bc", 4, "…"));
        assertEquals("a…", TextLimit.cut("a" + PAIR + "bc", 3, "…"));
    }

    @Test
    void keepsAnUnpairedHighSurrogate() {
        assertEquals("a\uD83D", TextLimit.cut("a\uD83Dbc", 2));
    }

    @Test
    void rejectsALimitThatIsShorterThanTheMarker() {
        assertThrows(IllegalArgumentException.class, () -> TextLimit.cut("abcdef", 2, "..."));
    }
}
