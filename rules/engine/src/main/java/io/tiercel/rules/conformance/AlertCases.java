package io.tiercel.rules.conformance;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.AlertText;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import io.tiercel.rules.testing.FieldMapEvent;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cases about whole alerts: a rule ({@code rule}, {@code priority}, {@code tags}, {@code source}, {@code condition}, {@code
 * output}, or a file under {@code rules_yaml}), {@code hostname}, {@code time} (nanoseconds since the epoch), {@code zone},
 * {@code fields} of the event, and Falco's configuration. Without a condition the rule matches. What is about the rule may
 * also stand below {@code rule}, what is about the event below {@code event}.
 *
 * <p>Expected is the line; for JSON also the object, or the part of it without the rule's name that counts; a mapping of
 * {@code text} and {@code json} for both forms; null or {@code none} for no alert; a list of these for several alerts.
 */
final class AlertCases {
    private static final String NONE = "none";

    private static final Map<String, String> SHORT_NAMES =
            Map.of("name", "rule", "host", "hostname", "time_ns", "time", "timezone", "zone");

    private AlertCases() {}

    static CaseResult alert(ConformanceCase written) throws CaseException {
        ConformanceCase wanted = flat(written);
        Object expect = wanted.get("expect");
        CaseConfig config = new CaseConfig(wanted);
        LoadResult loaded = new RuleLoader(config.loadOptions(Set.of(wanted.text("source", LoadOptions.SYSCALL))))
                .load(List.of(new RuleSource.Text("rules", rules(wanted))));
        LoadedRules rules = loaded.rules();
        if (rules == null) {
            String problem = loaded.errors().getFirst().code() + " "
                    + loaded.errors().getFirst().message();
            return new CaseResult(wanted.id(), wanted.wantsError(), String.valueOf(expect), problem);
        }
        ZoneId zone = zone(wanted);
        RuleEngine engine = RuleEngine.of(rules.rules(), rules.fields(), config.matching(), Priority.DEBUG, zone);
        FieldMapEvent event = wanted.event();
        List<Alert> alerts = new ArrayList<>();
        engine.evaluate(
                event, (rule, match) -> alerts.add(engine.alert(rule, match, wanted.text("hostname", "localhost"))));
        List<?> expected = expect instanceof List<?> several
                ? several
                : expect == null || expect.equals(NONE) ? List.of() : List.of(expect);
        List<String> got = new ArrayList<>();
        boolean passed = alerts.size() == expected.size() && !wanted.wantsError();
        for (int i = 0; i < alerts.size(); i++) {
            Object one = i < expected.size() ? expected.get(i) : null;
            passed &= new Forms(config, zone, alerts.get(i)).fit(one, got);
        }
        return new CaseResult(wanted.id(), passed, String.valueOf(expect), String.join(" ", got));
    }

    /** The case with what stands under {@code rule} and {@code event} as mappings beside its other keys, and short names. */
    private static ConformanceCase flat(ConformanceCase written) {
        Map<Object, Object> body = new LinkedHashMap<>(written.body());
        for (String part : List.of("rule", "event")) {
            if (written.get(part) instanceof Map<?, ?> inner && (part.equals("rule") || inner.get("fields") != null)) {
                body.remove(part);
                body.putAll(inner);
            }
        }
        SHORT_NAMES.forEach((name, key) -> {
            Object value = body.get(name);
            if (value != null) {
                body.putIfAbsent(key, value);
            }
        });
        return new ConformanceCase(written.id(), written.kind(), body);
    }

    /** The forms in which one alert can be written. */
    private record Forms(CaseConfig config, ZoneId zone, Alert alert) {
        boolean fit(@Nullable Object expected, List<String> got) throws CaseException {
            if (expected instanceof Map<?, ?> map && (map.get("text") != null || map.get("json") != null)) {
                boolean text = map.get("text") == null || sameLine(map.get("text"), text(), got);
                return (map.get("json") == null || sameJson(map.get("json"), got)) && text;
            }
            boolean json =
                    expected instanceof Map<?, ?> || String.valueOf(expected).startsWith("{");
            return config.flag("json_output", json) ? sameJson(expected, got) : sameLine(expected, text(), got);
        }

        private String text() {
            return new AlertText(zone, config.flag("time_format_iso_8601", false)).line(alert);
        }

        private String json() {
            return new AlertJson(
                            new AlertText(zone, config.flag("time_format_iso_8601", false)),
                            config.flag("json_include_message_property", false),
                            config.flag("json_include_output_property", true),
                            config.flag("json_include_output_fields_property", true),
                            config.flag("json_include_tags_property", true))
                    .write(alert);
        }

        private boolean sameJson(@Nullable Object expected, List<String> got) throws CaseException {
            String json = json();
            if (!(expected instanceof Map<?, ?> map)) {
                return sameLine(expected, json, got);
            }
            got.add(json);
            Object written = CaseFile.parseJson(json);
            if (map.containsKey("rule") || !(written instanceof Map<?, ?> object)) {
                return JsonEquality.same(map, written);
            }
            return map.keySet().stream()
                    .allMatch(key -> object.containsKey(key) && JsonEquality.same(map.get(key), object.get(key)));
        }

        private static boolean sameLine(@Nullable Object expected, String line, List<String> got) {
            got.add(line);
            return line.equals(String.valueOf(expected).stripTrailing());
        }
    }

    /** The case's rules as a file. A text in JSON's quotes is one in YAML's. */
    private static String rules(ConformanceCase wanted) throws CaseException {
        Object file = wanted.get("rules_yaml");
        if (file != null) {
            return String.valueOf(file);
        }
        CaseConfig.priority(wanted.text("priority", "Warning"));
        StringBuilder rule = new StringBuilder("- rule: ").append(quoted(wanted.text("rule", "Rule")));
        rule.append("\n  desc: d\n  warn_evttypes: false");
        rule.append("\n  condition: ").append(quoted(wanted.text("condition", "evt.num >= 0 or not evt.num >= 0")));
        rule.append("\n  output: ").append(quoted(wanted.text("output")));
        rule.append("\n  priority: ").append(quoted(wanted.text("priority", "Warning")));
        rule.append("\n  source: ").append(quoted(wanted.text("source", LoadOptions.SYSCALL)));
        rule.append("\n  tags: [");
        for (Object tag : wanted.list("tags")) {
            rule.append(quoted(String.valueOf(tag))).append(", ");
        }
        return rule.append("]\n").toString();
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    static ZoneId zone(ConformanceCase wanted) throws CaseException {
        try {
            return ZoneId.of(wanted.text("zone", "UTC"));
        } catch (DateTimeException e) {
            throw new CaseException("there is no time zone " + wanted.text("zone", "UTC"));
        }
    }
}
