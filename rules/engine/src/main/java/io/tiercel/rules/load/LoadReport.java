package io.tiercel.rules.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Formats a load result as text or JSON. */
public final class LoadReport {
    private static final JsonFactory JSON = new JsonFactory();

    private LoadReport() {}

    /** Formats each problem as {@code file:line:column: error: ...}, the line with a caret, and the advice. */
    public static String text(LoadResult result) {
        StringBuilder out = new StringBuilder();
        result.missingPlugins().forEach(problem -> append(out, problem));
        for (FileResult file : result.files()) {
            if (file.error() != null) {
                append(out, file.error());
            }
            file.warnings().forEach(problem -> append(out, problem));
            if (file.warningsDropped() > 0) {
                out.append(file.name())
                        .append(": ")
                        .append(file.warningsDropped())
                        .append(" more warnings are not shown\n");
            }
        }
        return out.toString();
    }

    private static void append(StringBuilder out, Problem problem) {
        Location location = problem.location();
        out.append(location.file()).append(':');
        if (location.line() > 0) {
            out.append(location.line()).append(':').append(location.column()).append(':');
        }
        out.append(' ').append(problem.code().error() ? "error" : "warning").append(": ");
        if (location.kind() != ItemKind.FILE) {
            out.append(printable(location.item())).append(": ");
        }
        out.append(printable(problem.message()))
                .append(" [")
                .append(problem.code())
                .append("]\n");
        if (!location.excerpt().isBlank()) {
            out.append("    ").append(printable(location.excerpt())).append('\n');
            out.append("    ").append(caretLine(location)).append("^\n");
        }
        if (!problem.advice().isEmpty()) {
            out.append("    ").append(printable(problem.advice())).append('\n');
        }
    }

    /** Returns spaces up to the caret, with tabs where the excerpt has tabs, so that the caret is aligned. */
    private static String caretLine(Location location) {
        StringBuilder line = new StringBuilder();
        String before = location.excerpt()
                .substring(0, Math.min(location.caret(), location.excerpt().length()));
        before.codePoints().forEach(c -> line.append(c == '\t' ? '\t' : ' '));
        return line.toString();
    }

    /** Replaces control characters, so that a malicious file cannot control the terminal. */
    private static String printable(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(c -> safe.appendCodePoint(c != '\t' && Character.isISOControl(c) ? '?' : c));
        return safe.toString();
    }

    /**
     * Formats the result as one JSON object.
     *
     * <p>The object has the keys {@code ok}, {@code errors} and {@code files}. Each file has {@code name}, {@code ok},
     * {@code errors}, {@code warnings} and {@code warnings_dropped}. Each problem has {@code code}, {@code message},
     * {@code advice} and {@code location}. A location has {@code file}, {@code item_kind}, {@code item_name}, {@code
     * line}, {@code column}, {@code text_position} and {@code excerpt}. Unknown values are null.
     */
    public static String json(LoadResult result) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeBooleanField("ok", result.ok());
            write(json, "errors", result.errors());
            json.writeArrayFieldStart("files");
            for (FileResult file : result.files()) {
                json.writeStartObject();
                json.writeStringField("name", file.name());
                json.writeBooleanField("ok", file.ok());
                List<Problem> errors = new ArrayList<>();
                if (file.error() != null) {
                    errors.add(file.error());
                }
                write(json, "errors", errors);
                write(json, "warnings", file.warnings());
                json.writeNumberField("warnings_dropped", file.warningsDropped());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("StringWriter does not throw", e);
        }
        return out.toString();
    }

    private static void write(JsonGenerator json, String name, List<Problem> problems) throws IOException {
        json.writeArrayFieldStart(name);
        for (Problem problem : problems) {
            Location location = problem.location();
            json.writeStartObject();
            json.writeStringField("code", problem.code().name());
            json.writeStringField("message", problem.message());
            json.writeStringField("advice", problem.advice());
            json.writeObjectFieldStart("location");
            json.writeStringField("file", location.file());
            json.writeStringField("item_kind", location.kind().label());
            json.writeStringField("item_name", location.itemName());
            number(json, "line", location.line() > 0 ? location.line() : null);
            number(json, "column", location.line() > 0 ? location.column() : null);
            number(json, "text_position", location.textPosition() >= 0 ? location.textPosition() : null);
            json.writeStringField("excerpt", location.excerpt());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void number(JsonGenerator json, String name, @Nullable Integer value) throws IOException {
        if (value == null) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, value);
        }
    }
}
