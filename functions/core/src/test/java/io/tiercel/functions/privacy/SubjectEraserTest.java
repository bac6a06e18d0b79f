package io.tiercel.functions.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class SubjectEraserTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alice | alice | [erased]",
                "alice | user=alice, home=/home/alice/x | user=[erased], home=/home/[erased]/x",
                "alice | malice alice2 alice_x alice-x alice.x x-alice Alice | malice alice2 alice_x alice-x alice.x x-alice Alice",
                "alice | said alice. | said [erased].",
                "alice | alice@example.com | [erased]@example.com",
                "alice@example.com | <alice@example.com> | <[erased]>",
                "10.0.0.1 | 10.0.0.1:443 10.0.0.10 110.0.0.1 10.0.0.1.5 10.0.0.1->10.0.0.2 | "
                        + "[erased]:443 10.0.0.10 110.0.0.1 10.0.0.1.5 [erased]->10.0.0.2",
                "2001:db8::1 | [2001:db8::1]:80 2001:db8::12 | [[erased]]:80 2001:db8::12",
                "node-1 | node-1/boot/7 node-10 node-1.example.com | [erased]/boot/7 node-10 node-1.example.com",
                "élise | user élise, élises | user [erased], élises"
            })
    void wholeWordsAreErased(String subject, String before, String after) {
        assertEquals(after, SubjectEraser.of(subject).text(before));
        assertEquals(after, SubjectEraser.of(subject).text(after), "erasing twice is like once");
    }

    @Test
    void documentsKeepWhatTheirReadersNeed() {
        SubjectEraser eraser = SubjectEraser.of("alice");
        assertEquals(
                "{\"rule\":\"alice\",\"tags\":[\"alice\"],\"alice\":1,\"output\":\"by [erased]\",\"x\":[{\"y\":\"[erased]\"}]}",
                eraser.document(
                        "{\"rule\":\"alice\",\"tags\":[\"alice\"],\"alice\":1,\"output\":\"by alice\",\"x\":[{\"y\":\"alice\"}]}"));
        assertEquals("not JSON: [erased]", eraser.document("not JSON: alice"));
        String unchanged = "{ \"output\" : \"malice\" }";
        assertSame(unchanged, eraser.document(unchanged));
    }

    @Test
    void userIdsAreErasedOnlyWhereTheyIdentifyAPerson() {
        assertEquals(
                "{\"user.uid\":\"[erased]\",\"proc.pid\":10042,\"output\":\"uid [erased]\"}",
                SubjectEraser.of("10042").document("{\"user.uid\":10042,\"proc.pid\":10042,\"output\":\"uid 10042\"}"));
    }

    @Test
    void onlyTheNotesOfAResponseAreErased() {
        assertEquals(
                "{\"target\":\"alice\",\"prior\":\"alice\",\"progress\":{\"notes\":[\"approved by [erased]\"],\"approvedBy\":\"[erased]\"}}",
                SubjectEraser.of("alice")
                        .notes(
                                "{\"target\":\"alice\",\"prior\":\"alice\",\"progress\":{\"notes\":[\"approved by alice\"],\"approvedBy\":\"alice\"}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "ab",
                "  ",
                "---",
                "a--",
                "123",
                "root",
                "ROOT",
                "127.0.0.1",
                "localhost",
                "true",
                "closed",
                "Critical",
                " alice",
                "alice ",
                "a\"b",
                "a\\b",
                "al\nice",
                "erased",
                "redacted",
                "kube-system"
            })
    void shortAndGeneralSubjectsAreRefused(String subject) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> SubjectEraser.of(subject));
        assertFalse(subject.length() > 4 && String.valueOf(refused.getMessage()).contains(subject));
    }

    @Property(tries = 500)
    void anyTextIsErasedOnce(@ForAll String before, @ForAll String after) {
        String text = before + " alice " + after;
        String once = SubjectEraser.of("alice").text(text);
        assertEquals(once, SubjectEraser.of("alice").text(once));
        assertFalse(once.contains(" alice "));
        Assume.that(!before.contains("alice") && !after.contains("alice"));
        assertEquals(before + " [erased] " + after, once);
    }
}
