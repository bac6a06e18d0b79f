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

/** Puts a rule's output together with what the configuration appends, and compiles it. */
final class OutputCompiler {
    private static final String CONTAINER_INFO = "%container.info";
    // As in Falco: any occurrence of the name in the output warns, also inside a longer name.
    private static final List<String> DEPRECATED_FIELDS = List.of(
            "evt.dir", "evt.latency", "evt.latency.s", "evt.latency.ns", "evt.latency.human", "evt.wait_latency");

    /** The names of all fields. */
    static final List<String> FIELD_NAMES =
            Field.ofEvents().stream().map(Field::fieldName).toList();

    /** The compiled formats of one rule. */
    record Compiled(OutputFormat output, List<ExtraField> extraFields) {}

    private final List<AppendOutput> appended;
    private final OutputFormatParser formats;
    private final Warnings warnings;

    OutputCompiler(LoadOptions options, FieldTable fields, Warnings warnings) {
        this.appended = options.appendOutput();
        this.formats = new OutputFormatParser(fields);
        this.warnings = warnings;
    }

    /** The formats; empty if the rule is to be skipped because of a field that is not known. */
    Optional<Compiled> compile(RuleDefinition rule) throws RuleLoadException {
        SourceMappedText text = text(rule);
        OutputFormat output = parse(rule, text);
        if (output == null) {
            return Optional.empty();
        }
        SourcePosition spot = place(rule, text, 0);
        warnOfDeprecated(text.text(), spot);
        List<ExtraField> extra = new ArrayList<>();
        for (Map.Entry<String, @Nullable String> field : extraFields(rule).entrySet()) {
            boolean raw = field.getValue() == null;
            String format = raw ? "%" + field.getKey() : field.getValue();
            extra.add(new ExtraField(field.getKey(), parseExtra(field.getKey(), format, spot), raw));
            warnOfDeprecated(format, spot);
        }
        return Optional.of(new Compiled(output, extra));
    }

    private SourceMappedText text(RuleDefinition rule) {
        Origin configuration = new Origin.Inserted(rule.output().getFirst().spot());
        SourceMappedText.Builder builder = new SourceMappedText.Builder().append(SourceMappedText.of(rule.output()));
        for (AppendOutput entry : appended) {
            String format = entry.format();
            if (!format.isEmpty() && entry.fits(rule.name(), rule.source(), rule.tags())) {
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
                CONTAINER_INFO + " is deprecated and prints nothing",
                "leave it out: container fields are appended by the configuration");
        return new SourceMappedText.Builder()
                .append(text.text().replace(CONTAINER_INFO, ""), configuration)
                .build();
    }

    private @Nullable OutputFormat parse(RuleDefinition rule, SourceMappedText text) throws RuleLoadException {
        try {
            return formats.parse("*" + text.text());
        } catch (OutputFormatException e) {
            SourcePosition spot = place(rule, text, e.offset());
            if (e.unknownToken() && rule.skipIfUnknownFilter()) {
                warnings.add(
                        LoadCode.LOAD_UNKNOWN_FILTER,
                        spot,
                        "the rule is skipped: in its output, " + e.getMessage(),
                        "it is skipped because of skip-if-unknown-filter; './tiercel fields' lists the fields");
                return null;
            }
            throw invalid(spot, "the output is not valid: " + e.getMessage(), text.text(), e.offset() + 1);
        }
    }

    /** Where a position of an output stands, also if nothing is left of the output. */
    private static SourcePosition place(RuleDefinition rule, SourceMappedText text, int position) {
        return text.isEmpty() ? rule.output().getFirst().spot() : text.at(position);
    }

    private OutputFormat parseExtra(String name, String format, SourcePosition spot) throws RuleLoadException {
        try {
            return formats.parse("*" + format);
        } catch (OutputFormatException e) {
            throw invalid(
                    spot,
                    "the appended output field '" + name + "' is not valid: " + e.getMessage(),
                    format,
                    e.offset() + 1);
        }
    }

    /** The failure for what stands behind the percent sign before a position. */
    private static RuleLoadException invalid(SourcePosition spot, String message, String format, int position) {
        return spot.failure(
                LoadCode.LOAD_ERR_COMPILE_OUTPUT,
                message,
                NameSuggestion.advice(
                        format,
                        Math.min(position, format.length()),
                        FIELD_NAMES,
                        "write fields as %proc.name, %proc.aname[2] or %tolower(proc.name); './tiercel fields' lists them"));
    }

    /** The later of two entries for the same name wins. */
    private Map<String, @Nullable String> extraFields(RuleDefinition rule) {
        Map<String, @Nullable String> fields = new LinkedHashMap<>();
        for (AppendOutput entry : appended) {
            if (entry.fits(rule.name(), rule.source(), rule.tags())) {
                fields.putAll(entry.extraFields());
            }
        }
        return fields;
    }

    private void warnOfDeprecated(String format, SourcePosition spot) {
        for (String field : DEPRECATED_FIELDS) {
            if (format.contains(field)) {
                warnings.add(
                        LoadCode.LOAD_DEPRECATED_ITEM,
                        spot,
                        "the output names the deprecated field " + field,
                        "leave it out: it carries no information any more");
            }
        }
    }
}
