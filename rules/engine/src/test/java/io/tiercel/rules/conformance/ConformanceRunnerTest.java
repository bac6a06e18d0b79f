package io.tiercel.rules.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ConformanceRunnerTest {
    private static final String CASES = """
            - {id: a, kind: eval, condition: proc.name = x, fields: {proc.name: x}, expect: true}
            - {id: b, kind: eval, condition: proc.name = x, fields: {proc.name: x}, expect: false}
            - {id: c, kind: eval, condition: proc.name =, fields: {}, expect: error}
            - {id: d, kind: dance, expect: true}
            """;

    private static final String JSON = """
            {"id": "a", "kind": "format", "format": "%proc.pid", "fields": {"proc.pid": 4}, "expect": {"text": "4", "output_fields": {"proc.pid": 4}}}
            {"id": "b", "kind": "evttypes", "condition": "evt.type = open", "expect": ["close"]}
            """;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int run(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        if (name.endsWith(".gz")) {
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
        } else {
            Files.writeString(file, text);
        }
        return ConformanceRunner.run(List.of(file), new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String report() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void printsFailuresAndASummary() throws IOException {
        assertEquals(1, run("cases.yaml", CASES));
        assertEquals(
                "b: expected false, got true\nd: expected true, got unknown kind 'dance'\n2 passed, 2 failed\n",
                report());
    }

    @Test
    void readsTheBlockOfAMarkdownFile() throws IOException {
        assertEquals(1, run("cases.md", "# Cases\n\ntext\n\n```yaml\n" + CASES + "```\n\nmore\n"));
        assertTrue(report().endsWith("2 passed, 2 failed\n"), this::report);
    }

    @Test
    void readsCompressedJsonLines() throws IOException {
        assertEquals(1, run("cases.jsonl.gz", JSON));
        assertEquals("b: expected [close], got [open]\n1 passed, 1 failed\n", report());
    }

    @Test
    void reportsUnreadableFiles() throws IOException {
        assertEquals(1, run("cases.yaml", "a: [b"));
        assertTrue(report().contains("cases.yaml: invalid YAML"), this::report);
        assertEquals(1, ConformanceRunner.run(List.of(folder.resolve("none.yaml")), new PrintStream(printed)));
    }
}
