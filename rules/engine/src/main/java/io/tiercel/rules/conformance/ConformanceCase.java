package io.tiercel.rules.conformance;

import io.tiercel.rules.testing.FieldMapEvent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One conformance case as read from a file.
 *
 * @param id names the case in the report
 * @param kind what is asked of the engine: eval, load, format, evttypes, alert
 * @param body everything that stands in the case
 */
record ConformanceCase(String id, String kind, Map<?, ?> body) {
    /** What stands for any error. */
    static final String ERROR = "error";

    /** Reads a parsed mapping; what has no id is named by its position. */
    static ConformanceCase of(Object item, int position) throws CaseException {
        if (!(item instanceof Map<?, ?> body)) {
            throw new CaseException("case " + position + " is not a mapping");
        }
        Object id = body.get("id");
        Object kind = body.get("kind");
        return new ConformanceCase(
                id == null ? "case " + position : String.valueOf(id), kind == null ? "" : String.valueOf(kind), body);
    }

    @Nullable
    Object get(String key) {
        return body.get(key);
    }

    /** A text that the case must have. */
    String text(String key) throws CaseException {
        if (!(body.get(key) instanceof String text)) {
            throw new CaseException("the case needs a text under '" + key + "'");
        }
        return text;
    }

    /** A text, or what stands for it. */
    String text(String key, String otherwise) {
        return body.get(key) instanceof String text ? text : otherwise;
    }

    /** A mapping; empty if the case has none. */
    Map<?, ?> map(String key) {
        return body.get(key) instanceof Map<?, ?> map ? map : Map.of();
    }

    /** The event over which the case is evaluated: its {@code fields}, and its {@code time} in nanoseconds if they do not say. */
    FieldMapEvent event() {
        Map<?, ?> fields = body.get("fields") instanceof Map<?, ?> given ? given : map("event");
        return new FieldMapEvent(fields, body.get("time") instanceof Number time ? time.longValue() : 0);
    }

    /** Whether the case wants an error: {@code expect: error}, or {@code error: true} in its expectation. */
    boolean wantsError() {
        Object expect = body.get("expect");
        Object error = expect instanceof Map<?, ?> map ? map.get("error") : null;
        return ERROR.equals(expect) || error != null && !error.equals(false);
    }

    /** What is expected: the value itself, or the value under a key of a mapping. */
    @Nullable
    Object expected(String key) {
        Object expect = body.get("expect");
        return expect instanceof Map<?, ?> map ? map.get(key) : expect;
    }

    /** A list; empty if the case has none. */
    List<?> list(String key) {
        return body.get(key) instanceof List<?> list ? list : List.of();
    }
}
