package io.tiercel.functions.local.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
@net.jqwik.api.Tag("unit")
class DisplayTextTest {
    @Test
    void widths_are_those_of_terminals() {
        assertEquals(3, DisplayText.width("abc"));
        assertEquals(4, DisplayText.width("日本"));
        assertEquals(2, DisplayText.width("🔥"));
        assertEquals(1, DisplayText.width("e\u0301"));
        assertEquals(2, DisplayText.width("한"));
        assertEquals(2, DisplayText.width("\u1112\u1161\u11ab"));
        assertEquals(2, DisplayText.width("Ａ"));
        assertEquals(1, DisplayText.width("ｱ"));
    }

    @Test
    void control_characters_and_stacks_of_marks_lose_their_effect() {
        assertEquals("a\uFFFD[31mb\uFFFDc\uFFFDd", DisplayText.clean("a\u001b[31mb\nc\u202ed"));
        assertEquals("e\u0301\u0301x", DisplayText.clean("e" + "\u0301".repeat(100) + "x"));
    }

    @Property(tries = 500)
    void a_cut_text_fits_and_has_no_effect_on_the_terminal(
            @ForAll @StringLength(max = 200) String text, @ForAll @IntRange(min = 1, max = 60) int columns) {
        String clean = DisplayText.clean(text);
        assertTrue(clean.codePoints()
                .noneMatch(point -> Character.isISOControl(point)
                        || Character.getType(point) == Character.FORMAT
                        || Character.getType(point) == Character.LINE_SEPARATOR
                        || Character.getType(point) == Character.SURROGATE));
        assertTrue(DisplayText.width(DisplayText.cut(clean, columns)) <= columns);
        assertTrue(DisplayText.width(DisplayText.pad(clean, columns)) >= columns);
    }

    @Test
    void a_table_fits_the_terminal_and_keeps_what_must_not_be_cut() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        TextTable table = new TextTable(TextTable.Column.fixed("ID"), TextTable.Column.flexible("RULE"));
        table.row().cell("abcdef12").cell("漢字".repeat(60));
        table.row().cell("abcdef13").cell("short\u001b[2J");
        table.print(new Terminal(InputStream.nullInputStream(), print, print, true, false, 50));
        String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
        assertEquals(3, lines.length);
        for (String line : lines) {
            assertTrue(DisplayText.width(line) <= 50, line);
            assertFalse(line.contains("\u001b"), line);
        }
        assertTrue(lines[1].startsWith("abcdef12  漢字"));
        assertTrue(lines[1].endsWith("…"));
    }
}
