package io.tiercel.rules.load;

import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.engine.ExtraField;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.format.OutputFormat;
import io.tiercel.rules.format.OutputFormatException;
import io.tiercel.rules.format.OutputFormatParser;
import io.tiercel.rules.load.SourceMappedText.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Appends the configured output to the output of a rule, and compiles the result. */
final class OutputCompiler {
    private static final String CONTAINER_INFO = "%container.info";
    // As in Falco: every occurrence of the name in the output causes a warning, even inside a longer name.
    private static final List<String> DEPRECATED_FIELDS = List.of(
            "evt.dir", "evt.latency", "evt.latency.s", "evt.latency.ns", "evt.latency.human", "evt.wait_latency");

    /** Names of all fields. */
    static final List<String> FIELD_NAMES =
            Field.eventFields().stream().map(Field::fieldName).toList();

    /** The compiled output formats of one rule. */
    record Compiled(OutputFormat output, List<ExtraField> extraFields) {}

    private final List<AppendOutput> appended;
    private final OutputFormatParser formats;
    private final Warnings warnings;

    OutputCompiler(LoadOptions options, FieldTable fields, Warnings warnings) {
        this.appended = options.appendOutput();
        this.formats = new OutputFormatParser(fields);
        this.warnings = warnings;
    }

    /** Compiles the output. Returns an empty result if the rule must be skipped because of an unknown field. */
    Optional<Compiled> compile(RuleDefinition rule) throws RuleLoadException {
        SourceMappedText text = text(rule);
        OutputFormat output = parse(rule, text);
        if (output == null) {
            return Optional.empty();
        }
        SourcePosition position = filePosition(rule, text, 0);
        warnOfDeprecated(text.text(), position);
        List<ExtraField> extra = new ArrayList<>();
        for (Map.Entry<String, @Nullable String> field : extraFields(rule).entrySet()) {
            boolean raw = field.getValue() == null;
            String format = raw ? "%" + field.getKey() : field.getValue();
            extra.add(new ExtraField(field.getKey(), parseExtra(field.getKey(), format, position), raw));
            warnOfDeprecated(format, position);
        }
        return Optional.of(new Compiled(output, extra));
    }

    private SourceMappedText text(RuleDefinition rule) {
        Origin configuration = new Origin.Inserted(rule.output().getFirst().position());
        SourceMappedText.Builder builder = new SourceMappedText.Builder().append(SourceMappedText.of(rule.output()));
        for (AppendOutput entry : appended) {
            String format = entry.format();
            if (!format.isEmpty() && entry.appliesTo(rule.name(), rule.source(), rule.tags())) {
                builder.append(" " + format, configuration);
            }
        }
        SourceMappedText text = builder.build();
        int found = text.text().indexOf(CONTAINER_INFO);
        if (found < 0) {
            return text;
        }
        warnings.add(
                LoadCode.LOAD_DEPRECATED_ITEM,
                text.at(found),
                CONTAINER_INFO + " is deprecated and has no value",
                "remove it; the configuration appends container fields");
        return new SourceMappedText.Builder()
                .append(text.text().replace(CONTAINER_INFO, ""), configuration)
                .build();
    }

    private @Nullable OutputFormat parse(RuleDefinition rule, SourceMappedText text) throws RuleLoadException {
        try {
            return formats.parse("*" + text.text());
        } catch (OutputFormatException e) {
            SourcePosition position = filePosition(rule, text, e.offset());
            if (e.unknownToken() && rule.skipIfUnknownFilter()) {
                warnings.add(
                        LoadCode.LOAD_UNKNOWN_FILTER,
                        position,
                        "the rule is skipped because of its output: " + e.getMessage(),
                        "skip-if-unknown-filter is set; './tiercel fields' lists all fields");
                return null;
            }
            throw invalid(position, "invalid output: " + e.getMessage(), text.text(), e.offset() + 1);
        }
    }

    /** Returns the file position of a character of an output. Also works for an empty output. */
    private static SourcePosition filePosition(RuleDefinition rule, SourceMappedText text, int position) {
        return text.isEmpty() ? rule.output().getFirst().position() : text.at(position);
    }

    private OutputFormat parseExtra(String name, String format, SourcePosition position) throws RuleLoadException {
        try {
            return formats.parse("*" + format);
        } catch (OutputFormatException e) {
            throw invalid(
                    position,
                    "invalid appended output field '" + name + "': " + e.getMessage(),
                    format,
                    e.offset() + 1);
        }
    }

    /** Creates an error for the token after a percent sign. */
    private static RuleLoadException invalid(SourcePosition position, String message, String format, int offset) {
        return position.error(
                LoadCode.LOAD_ERR_COMPILE_OUTPUT,
                message,
                NameSuggestion.advice(
                        format,
                        Math.min(offset, format.length()),
                        FIELD_NAMES,
                        "write fields as %proc.name, %proc.aname[2] or %tolower(proc.name); './tiercel fields' lists all fields"));
    }

    /** Returns the extra fields of a rule. A later entry replaces an earlier one with the same name. */
    private Map<String, @Nullable String> extraFields(RuleDefinition rule) {
        Map<String, @Nullable String> fields = new LinkedHashMap<>();
        for (AppendOutput entry : appended) {
            if (entry.appliesTo(rule.name(), rule.source(), rule.tags())) {
                fields.putAll(entry.extraFields());
            }
        }
        return fields;
    }

    private void warnOfDeprecated(String format, SourcePosition position) {
        for (String field : DEPRECATED_FIELDS) {
            if (format.contains(field)) {
                warnings.add(
                        LoadCode.LOAD_DEPRECATED_ITEM,
                        position,
                        "the output uses the deprecated field " + field,
                        "remove it; it has no useful value");
            }
        }
    }
}
