package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.config.Durations;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.operate.Problem.ArgumentError;
import io.tiercel.rules.text.TextLimit;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The arguments of a call, checked against the description of its operation. Immutable. */
final class Arguments {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]+");
    private static final int MAX_QUOTED = 40;

    /** Maximum number of errors in an answer. */
    private static final int MAX_ERRORS = 20;

    private final Map<String, Object> values;

    private Arguments(Map<String, Object> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Checks the arguments of a call.
     *
     * @throws Problem with status 400 if an argument is unknown, missing or not valid
     */
    static Arguments parse(Operation operation, ObjectNode given) {
        List<ArgumentError> errors = new ArrayList<>();
        given.fieldNames().forEachRemaining(name -> {
            if (operation.parameter(name).isEmpty() && errors.size() < MAX_ERRORS) {
                errors.add(new ArgumentError(quote(name), unknown(operation, name)));
            }
        });
        Map<String, Object> values = new HashMap<>();
        for (Parameter parameter : operation.parameters()) {
            JsonNode value = given.path(parameter.name());
            boolean absent = value.isMissingNode()
                    || value.isNull()
                    || parameter.min() > 0
                            && value.isTextual()
                            && value.textValue().isEmpty();
            if (absent && parameter.required()) {
                errors.add(new ArgumentError(
                        parameter.name(), parameter.name() + " is required: " + parameter.expected()));
            } else if (absent) {
                String defaultValue = parameter.defaultValue();
                if (defaultValue != null) {
                    read(parameter, defaultValue).ifPresent(parsed -> values.put(parameter.name(), parsed));
                }
            } else {
                Optional<Object> parsed = value.isValueNode() && fits(parameter, value)
                        ? read(parameter, value.asText())
                        : Optional.empty();
                parsed.ifPresentOrElse(
                        present -> values.put(parameter.name(), present),
                        () -> errors.add(new ArgumentError(
                                parameter.name(), parameter.name() + " must be " + parameter.expected())));
            }
        }
        if (!errors.isEmpty()) {
            throw Problem.arguments(errors.subList(0, Math.min(errors.size(), MAX_ERRORS)));
        }
        return new Arguments(values);
    }

    private static String unknown(Operation operation, String name) {
        String known = operation.parameters().isEmpty()
                ? operation.name() + " has no parameters"
                : "the parameters of " + operation.name() + " are "
                        + operation.parameters().stream().map(Parameter::name).collect(Collectors.joining(", "));
        return "unknown parameter \"" + quote(name) + "\"; " + known;
    }

    private static String quote(String text) {
        return SafeText.oneLine(TextLimit.cut(text, MAX_QUOTED));
    }

    private static boolean fits(Parameter parameter, JsonNode value) {
        return value.isTextual()
                || parameter.type() == Parameter.Type.INTEGER && value.isIntegralNumber()
                || parameter.type() == Parameter.Type.BOOLEAN && value.isBoolean();
    }

    private static Optional<Object> read(Parameter parameter, String text) {
        return switch (parameter.type()) {
            case TEXT ->
                Optional.<Object>of(SafeText.wellFormed(text))
                        .filter(_ -> text.length() >= parameter.min() && text.length() <= parameter.max());
            case CHOICE ->
                Optional.<Object>of(text.toLowerCase(Locale.ROOT))
                        .filter(value -> parameter.allowed().contains(value.toString()));
            case INTEGER -> integer(parameter, text);
            case BOOLEAN ->
                switch (text.toLowerCase(Locale.ROOT)) {
                    case "true" -> Optional.of(true);
                    case "false" -> Optional.of(false);
                    default -> Optional.empty();
                };
            case TIME -> time(text);
            case DURATION -> Durations.parse(text).map(Object.class::cast);
            case INCIDENT_ID ->
                Optional.<Object>of(text.toLowerCase(Locale.ROOT))
                        .filter(id -> text.length() >= parameter.min()
                                && text.length() <= parameter.max()
                                && HEX.matcher(id.toString()).matches());
        };
    }

    private static Optional<Object> integer(Parameter parameter, String text) {
        try {
            int value = Integer.parseInt(text);
            return value >= parameter.min() && value <= parameter.max() ? Optional.of(value) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Object> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Returns a text, choice or id. */
    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(String.class::cast);
    }

    /** Returns a required text, choice or id. */
    String required(String name) {
        return text(name).orElseThrow(() -> new IllegalStateException(name + " is not described as required"));
    }

    /** Returns a number that has a default. */
    int number(String name) {
        if (values.get(name) instanceof Integer value) {
            return value;
        }
        throw new IllegalStateException(name + " is not described as a number with a default");
    }

    Optional<Boolean> bool(String name) {
        return Optional.ofNullable(values.get(name)).map(Boolean.class::cast);
    }

    Optional<Instant> instant(String name) {
        return Optional.ofNullable(values.get(name)).map(Instant.class::cast);
    }

    Optional<Duration> duration(String name) {
        return Optional.ofNullable(values.get(name)).map(Duration.class::cast);
    }
}
