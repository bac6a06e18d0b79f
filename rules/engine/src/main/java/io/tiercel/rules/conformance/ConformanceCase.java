package io.tiercel.rules.conformance;

import io.tiercel.rules.testing.FieldMapEvent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A conformance case.
 *
 * @param id name of the case in the report
 * @param kind kind of the case: eval, load, format, evttypes or alert
 * @param body all keys of the case
 */
record ConformanceCase(String id, String kind, Map<?, ?> body) {
    /** Expectation of an error. */
    static final String ERROR = "error";

    /** Creates a case from a parsed mapping. A case without id is named by its position. */
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

    /** Returns a required text. */
    String text(String key) throws CaseException {
        if (!(body.get(key) instanceof String text)) {
            throw new CaseException("the case requires a text for the key '" + key + "'");
        }
        return text;
    }

    /** Returns a text, or a default. */
    String text(String key, String defaultValue) {
        return body.get(key) instanceof String text ? text : defaultValue;
    }

    /** Returns a mapping; empty if the key is missing. */
    Map<?, ?> map(String key) {
        return body.get(key) instanceof Map<?, ?> map ? map : Map.of();
    }

    /**
     * Returns the event of the case: its {@code fields}, and its {@code time} in nanoseconds if the fields have no
     * time.
     */
    FieldMapEvent event() {
        Map<?, ?> fields = body.get("fields") instanceof Map<?, ?> map ? map : map("event");
        return new FieldMapEvent(fields, body.get("time") instanceof Number time ? time.longValue() : 0);
    }

    /** Returns whether the case expects an error: {@code expect: error}, or {@code error: true} in the expectation. */
    boolean expectsError() {
        Object expect = body.get("expect");
        Object error = expect instanceof Map<?, ?> map ? map.get("error") : null;
        return ERROR.equals(expect) || error != null && !error.equals(false);
    }

    /** Returns the expectation: the value itself, or the value of a key if it is a mapping. */
    @Nullable
    Object expected(String key) {
        Object expect = body.get("expect");
        return expect instanceof Map<?, ?> map ? map.get(key) : expect;
    }

    /** Returns a list; empty if the key is missing. */
    List<?> list(String key) {
        return body.get(key) instanceof List<?> list ? list : List.of();
    }
}
