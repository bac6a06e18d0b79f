package io.tiercel.rules.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.text.Utf8Limit;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The context of alerts: its JSON form, its limits, and contexts of hostile senders. */
@Tag("unit")
class AlertContextTest {
    @Test
    void the_context_is_an_object_beside_the_output_fields() {
        AlertContext context = AlertContext.of(
                List.of(
                        new AlertProcess(7, "cat", "/bin/cat", "cat /etc/shadow", "root", 1_700_000_000_000_000_001L),
                        new AlertProcess(1, "sh", null, null, null, 0)),
                new AlertContainer("c0ffee", "web", "nginx:1", null, "containerd", true, "web-1", "shop", null, 0));
        assertEquals("""
            {"context":{"ancestors":[{"cmdline":"cat /etc/shadow","exe":"/bin/cat","name":"cat","pid":7,\
            "startTime":"2023-11-14T22:13:20.000000001Z","user":"root"},{"name":"sh","pid":1}],\
            "container":{"id":"c0ffee","image":"nginx:1","name":"web","namespace":"shop","pod":"web-1",\
            "privileged":true,"runtime":"containerd"}},"hostname":"node",\
            """, AlertJson.defaults().write(alert(context)).split("\"output\"", 2)[0]);
    }

    @Property(tries = 200)
    void hostile_texts_never_exceed_the_limits(@ForAll("hugeContexts") AlertContext context) {
        String with = AlertJson.defaults().write(alert(context));
        String without = AlertJson.defaults().write(alert(null));
        int bytes = with.getBytes(StandardCharsets.UTF_8).length - without.getBytes(StandardCharsets.UTF_8).length;
        assertTrue(bytes <= AlertContext.MAX_BYTES + "\"context\":,".length(), bytes + " bytes");
        assertTrue(context.ancestors().size() <= AlertContext.MAX_PROCESSES);
        for (AlertProcess process : context.ancestors()) {
            assertTrue(size(process.cmdline()) <= AlertProcess.MAX_TEXT_BYTES);
            assertTrue(size(process.name()) <= AlertProcess.MAX_NAME_BYTES);
        }
    }

    @Property(tries = 300)
    void cut_texts_are_beginnings_and_marked(
            @ForAll("hostileTexts") String text, @ForAll @IntRange(min = 3, max = 300) int max) {
        for (String cut : List.of(Utf8Limit.cut(text, max), Utf8Limit.cutArguments(text, max))) {
            assertTrue(size(cut) <= max);
            if (size(text) <= max) {
                assertEquals(text, cut);
            } else {
                assertTrue(cut.endsWith("..."));
                String beginning = cut.substring(0, cut.length() - 3);
                assertTrue(text.startsWith(beginning) || text.startsWith(beginning.strip()));
            }
        }
    }

    @Test
    void a_command_line_is_cut_before_an_argument() {
        String line = "mysql -u app " + "x".repeat(220) + " --password=" + "s".repeat(40);
        String cut = Utf8Limit.cutArguments(line, 256);
        assertTrue(cut.endsWith("x ..."), cut);
        assertTrue(Utf8Limit.cutArguments("sh " + "y".repeat(400), 256).endsWith("y..."));
    }

    @Test
    void too_large_contexts_lose_the_farthest_processes() {
        AlertProcess huge = new AlertProcess(5, "n", "\u0001".repeat(256), "\u0001".repeat(256), "u", 0);
        AlertContext context = AlertContext.of(Collections.nCopies(9, huge), null);
        assertTrue(context.truncated());
        assertEquals(2, context.ancestors().size());
        assertFalse(AlertContext.of(List.of(huge), null).truncated());
    }

    @Test
    void what_is_no_context_is_ignored() throws InvalidAlertException {
        assertNull(read("\"prod\""));
        assertNull(read("[[{}]]"));
        assertEquals(new AlertContext(List.of(), null, false), read("{\"ancestors\":{\"a\":[1]},\"container\":[]}"));
        AlertContext odd = read("""
            {"ancestors":[1,[2],{"pid":"x","name":7,"cmdline":["a"],"startTime":"soon","exe":"/x","more":{}},
            {"pid":99999999999999999999}],"container":{"privileged":"yes","id":"c"},"truncated":1}\
            """);
        assertEquals(
                new AlertContext(
                        List.of(
                                new AlertProcess(0, null, "/x", null, null, 0),
                                new AlertProcess(0, null, null, null, null, 0)),
                        new AlertContainer("c", null, null, null, null, null, null, null, null, 0),
                        false),
                odd);
    }

    private static @Nullable AlertContext read(String context) throws InvalidAlertException {
        return AlertJson.read("{\"rule\":\"r\",\"priority\":\"Error\",\"time\":\"2023-11-14T22:13:20Z\",\"context\":"
                        + context + "}")
                .context();
    }

    private static Alert alert(@Nullable AlertContext context) {
        return new Alert(null, "node", 1, Priority.ERROR, "r", "syscall", List.of(), "m", new TreeMap<>(), context);
    }

    private static int size(@Nullable String text) {
        return text == null ? 0 : AlertText.wellFormed(text).getBytes(StandardCharsets.UTF_8).length;
    }

    @Provide
    Arbitrary<String> hostileTexts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(400),
                Arbitraries.strings().withChars("\u0001\"\\\u20ac\ud83d\ude00 ").ofMaxLength(600));
    }

    @Provide
    Arbitrary<AlertContext> hugeContexts() {
        Arbitrary<AlertProcess> processes = hostileTexts()
                .list()
                .ofSize(4)
                .map(texts -> new AlertProcess(
                        Long.MIN_VALUE, texts.get(0), texts.get(1), texts.get(2), texts.get(3), Long.MAX_VALUE));
        Arbitrary<AlertContainer> containers = hostileTexts().list().ofSize(8).map(AlertContextTest::container);
        return Combinators.combine(processes.list().ofMaxSize(12), containers.injectNull(0.3))
                .as(AlertContext::of);
    }

    private static AlertContainer container(List<String> t) {
        return new AlertContainer(
                t.get(0), t.get(1), t.get(2), t.get(3), t.get(4), false, t.get(5), t.get(6), t.get(7), Long.MIN_VALUE);
    }

    /** Returns contexts of well-formed text, which read back equal. */
    static Arbitrary<AlertContext> contexts() {
        Arbitrary<@Nullable String> text = Arbitraries.strings()
                .ofMaxLength(300)
                .map(raw -> new String(raw.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .injectNull(0.2);
        Arbitrary<AlertProcess> processes = Combinators.combine(
                        Arbitraries.longs(), text, text, text, text, Arbitraries.longs())
                .as(AlertProcess::new);
        Arbitrary<AlertContainer> containers = text.list().ofSize(8).map(AlertContextTest::container);
        return Combinators.combine(processes.list().ofMaxSize(9), containers.injectNull(0.3))
                .as(AlertContext::of);
    }
}
