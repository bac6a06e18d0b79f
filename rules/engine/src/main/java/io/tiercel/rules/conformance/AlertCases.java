package io.tiercel.rules.conformance;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.AlertText;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.engine.ExtraField;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.event.EventTypeSet;
import io.tiercel.rules.format.OutputFormat;
import io.tiercel.rules.format.OutputFormatException;
import io.tiercel.rules.format.OutputFormatParser;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Cases about whole alerts: {@code rule}, {@code priority}, {@code tags}, {@code source} and {@code output} of a rule,
 * {@code hostname}, {@code time} (nanoseconds since the epoch), {@code zone}, {@code fields} of the event, {@code
 * extra_fields}, and under {@code config} Falco's own keys ({@code json_output}, {@code time_format_iso_8601}, {@code
 * json_include_*_property}). Expected is the line, or for JSON also the object.
 */
final class AlertCases {
    private AlertCases() {}

    static Outcome alert(Case wanted) throws CaseException {
        Object expect = wanted.get("expect");
        String expected = String.valueOf(expect);
        try {
            Alert alert = alert(wanted, zone(wanted));
            Map<?, ?> config = wanted.map("config");
            AlertText text = new AlertText(zone(wanted), flag(config, "time_format_iso_8601", false));
            if (!flag(config, "json_output", expect instanceof Map<?, ?> || expected.startsWith("{"))) {
                String got = text.line(alert);
                return new Outcome(wanted.id(), got.equals(expected), expected, got);
            }
            String got = new AlertJson(
                            text,
                            flag(config, "json_include_message_property", false),
                            flag(config, "json_include_output_property", true),
                            flag(config, "json_include_output_fields_property", true),
                            flag(config, "json_include_tags_property", true))
                    .write(alert);
            boolean same =
                    expect instanceof Map<?, ?> ? Sameness.same(expect, CaseFile.parseJson(got)) : got.equals(expected);
            return new Outcome(wanted.id(), same, expected, got);
        } catch (OutputFormatException e) {
            return new Outcome(wanted.id(), expected.equals("error"), expected, "error: " + e.getMessage());
        }
    }

    private static Alert alert(Case wanted, ZoneId zone) throws CaseException, OutputFormatException {
        FieldTable table = new FieldTable();
        OutputFormatParser formats = new OutputFormatParser(table);
        OutputFormat output = formats.parse("*" + wanted.text("output"));
        String priority = wanted.text("priority", "Warning");
        Rule rule = new Rule(
                wanted.text("rule", "Rule"),
                "",
                Priority.parse(priority).orElseThrow(() -> new CaseException("there is no priority " + priority)),
                wanted.text("source", "syscall"),
                List.copyOf(new TreeSet<>(
                        wanted.list("tags").stream().map(String::valueOf).toList())),
                true,
                new Expr.And(List.of(), 0),
                new CheckedExpr.And(List.of()),
                EventTypeSet.all(),
                output,
                extraFields(wanted, formats),
                false,
                0);
        CaseEvent event =
                new CaseEvent(wanted.map("fields"), wanted.get("time") instanceof Number time ? time.longValue() : 0);
        return RuleEngine.of(List.of(rule), table, RuleMatching.FIRST, Priority.DEBUG, zone)
                .alert(rule, event, wanted.text("hostname", "localhost"));
    }

    private static List<ExtraField> extraFields(Case wanted, OutputFormatParser formats) throws OutputFormatException {
        List<ExtraField> extra = new ArrayList<>();
        for (Object entry : wanted.list("extra_fields")) {
            if (entry instanceof Map<?, ?> map) {
                for (Map.Entry<?, ?> named : map.entrySet()) {
                    extra.add(new ExtraField(
                            String.valueOf(named.getKey()), formats.parse("*" + named.getValue()), false));
                }
            } else {
                extra.add(new ExtraField(String.valueOf(entry), formats.parse("*%" + entry), true));
            }
        }
        return extra;
    }

    private static ZoneId zone(Case wanted) throws CaseException {
        try {
            return ZoneId.of(wanted.text("zone", "UTC"));
        } catch (DateTimeException e) {
            throw new CaseException("there is no time zone " + wanted.text("zone", "UTC"));
        }
    }

    private static boolean flag(Map<?, ?> config, String key, boolean otherwise) {
        return config.get(key) instanceof Boolean value ? value : otherwise;
    }
}
