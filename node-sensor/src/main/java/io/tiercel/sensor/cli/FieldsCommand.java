package io.tiercel.sensor.cli;

import io.tiercel.rules.field.ArgumentKind;
import io.tiercel.rules.field.Field;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.event.EventStreams;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code tiercel fields}. */
@Command(
        name = "fields",
        description = "Lists the fields that conditions and outputs may use, and whether this sensor supplies them.",
        mixinStandardHelpOptions = true)
final class FieldsCommand implements Runnable {
    private final StandardStreams streams;

    @Option(names = "--markdown", description = "Print a Markdown table.")
    private boolean markdown;

    FieldsCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        Set<Field> supplied = EventStreams.supportedFields();
        if (markdown) {
            streams.out().println("| Field | Type | Supplied | Meaning |");
            streams.out().println("|---|---|---|---|");
        }
        for (Field field : Field.eventFields()) {
            streams.out()
                    .println(row(
                            field.fieldName() + argument(field.argument()),
                            type(field),
                            supplied.contains(field),
                            field.description()));
        }
        if (!markdown) {
            streams.out()
                    .println(supplied.size() + " of " + Field.eventFields().size()
                            + " fields are supplied by this sensor; all other fields are absent from every event");
        }
    }

    private String row(String name, String type, boolean supplied, String meaning) {
        return markdown
                ? "| `" + name + "` | " + type + " | " + (supplied ? "yes" : "no") + " | " + meaning.replace("|", "\\|")
                        + " |"
                : "%-34s %-16s %-4s %s".formatted(name, type, supplied ? "" : "no", meaning);
    }

    private static String type(Field field) {
        String type = field.type().name().toLowerCase(Locale.ROOT);
        return field.list() ? "list of " + type : type;
    }

    private static String argument(ArgumentKind argument) {
        return switch (argument) {
            case NONE -> "";
            case INDEX -> "[[INDEX]]";
            case REQUIRED_INDEX -> "[INDEX]";
            case KEY -> "[[KEY]]";
            case REQUIRED_KEY -> "[KEY]";
            case INDEX_OR_KEY -> "[[INDEX or KEY]]";
            case NAME, ONLY_NAME -> ".NAME";
            case OPTIONAL_NAME -> "[.NAME]";
        };
    }
}
