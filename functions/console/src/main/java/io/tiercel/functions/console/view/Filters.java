package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The filters of the list of incidents, as an operator wrote them. */
public record Filters(
        String state,
        String priority,
        FormValue rule,
        FormValue host,
        FormValue namespace,
        FormValue text,
        String acknowledged,
        String sort,
        FormValue cursor) {
    private static final List<String> NAMES =
            List.of("state", "priority", "rule", "host", "namespace", "text", "acknowledged", "sort", "cursor");

    /** An entry of a list of choices. */
    public record Choice(String value, String label, boolean selected) {}

    /** Reads filters from parameters; absent ones are empty. */
    public static Filters of(UnaryOperator<String> parameters) {
        return new Filters(
                parameters.apply("state"),
                parameters.apply("priority"),
                new FormValue(parameters.apply("rule")),
                new FormValue(parameters.apply("host")),
                new FormValue(parameters.apply("namespace")),
                new FormValue(parameters.apply("text")),
                parameters.apply("acknowledged"),
                parameters.apply("sort"),
                new FormValue(parameters.apply("cursor")));
    }

    /** Adds the filters that are set to the arguments of {@code list-incidents}. */
    public void addTo(ObjectNode arguments) {
        List<Object> values = List.of(state, priority, rule, host, namespace, text, acknowledged, sort, cursor);
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i).toString();
            if (!value.isEmpty()) {
                arguments.put(NAMES.get(i), value);
            }
        }
    }

    /** Returns whether this is the first page, which stays current. */
    public boolean first() {
        return cursor.text().isEmpty();
    }

    /** Returns whether filters restrict the list. */
    public boolean any() {
        return !(state + priority + rule + host + namespace + text + acknowledged).isEmpty();
    }

    /** Returns whether filters that the narrow form hides are set. */
    public boolean more() {
        return !(rule.text() + host + namespace + acknowledged + sort).isEmpty();
    }

    /** Returns the choices of states. */
    public List<Choice> states() {
        return choices(
                state,
                List.of("", "open", "escalated", "closed", "all"),
                List.of("Active", "Open", "Escalated", "Closed", "All"));
    }

    /** Returns the choices of the minimum priority. */
    public List<Choice> priorities() {
        return choices(
                priority,
                List.of("", "critical", "error", "warning", "notice"),
                List.of(
                        "Any priority",
                        "Critical or higher",
                        "Error or higher",
                        "Warning or higher",
                        "Notice or higher"));
    }

    /** Returns the choices about acknowledgements. */
    public List<Choice> acknowledgements() {
        return choices(acknowledged, List.of("", "false", "true"), List.of("Any", "Not acknowledged", "Acknowledged"));
    }

    /** Returns the orders of the list. */
    public List<Choice> sorts() {
        return choices(
                sort,
                List.of("", "first-seen", "count", "priority"),
                List.of("Last seen", "First seen", "Alerts", "Priority"));
    }

    private static List<Choice> choices(String selected, List<String> values, List<String> labels) {
        return IntStream.range(0, values.size())
                .mapToObj(i ->
                        new Choice(values.get(i), labels.get(i), values.get(i).equals(selected)))
                .toList();
    }
}
