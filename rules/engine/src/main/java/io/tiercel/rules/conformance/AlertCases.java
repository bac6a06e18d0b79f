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
 * Cases for complete alerts.
 *
 * <p>A case has a rule: either the keys {@code rule}, {@code priority}, {@code tags}, {@code source}, {@code condition}
 * and {@code output}, or a rule file in {@code rules_yaml}. Further keys are {@code hostname}, {@code time}
 * (nanoseconds since the epoch), {@code zone}, the {@code fields} of the event, and Falco's configuration. A rule
 * without condition always matches. The keys of the rule can also be nested in {@code rule}, and those of the event in
 * {@code event}.
 *
 * <p>The expectation is a text line or a JSON object. An object without {@code rule} is compared only in its own keys.
 * A mapping with {@code text} and {@code json} expects both forms. Null or {@code none} expects no alert. A list
 * expects several alerts.
 */
final class AlertCases {
    private static final String NONE = "none";

    private static final Map<String, String> SHORT_NAMES =
            Map.of("name", "rule", "host", "hostname", "time_ns", "time", "timezone", "zone");

    private AlertCases() {}

    static CaseResult alert(ConformanceCase written) throws CaseException {
        ConformanceCase testCase = flatten(written);
        Object expect = testCase.get("expect");
        CaseConfig config = new CaseConfig(testCase);
        LoadResult loaded = new RuleLoader(config.loadOptions(Set.of(testCase.text("source", LoadOptions.SYSCALL))))
                .load(List.of(new RuleSource.Text("rules", rules(testCase))));
        LoadedRules rules = loaded.rules();
        if (rules == null) {
            String problem = loaded.errors().getFirst().code() + " "
                    + loaded.errors().getFirst().message();
            return new CaseResult(testCase.id(), testCase.expectsError(), String.valueOf(expect), problem);
        }
        ZoneId zone = zone(testCase);
        RuleEngine engine = RuleEngine.of(rules.rules(), rules.fields(), config.matching(), Priority.DEBUG, zone);
        FieldMapEvent event = testCase.event();
        List<Alert> alerts = new ArrayList<>();
        engine.evaluate(
                event, (rule, match) -> alerts.add(engine.alert(rule, match, testCase.text("hostname", "localhost"))));
        List<?> expected = expect instanceof List<?> several
                ? several
                : expect == null || expect.equals(NONE) ? List.of() : List.of(expect);
        List<String> actual = new ArrayList<>();
        boolean passed = alerts.size() == expected.size() && !testCase.expectsError();
        for (int i = 0; i < alerts.size(); i++) {
            Object one = i < expected.size() ? expected.get(i) : null;
            passed &= new Forms(config, zone, alerts.get(i)).matches(one, actual);
        }
        return new CaseResult(testCase.id(), passed, String.valueOf(expect), String.join(" ", actual));
    }

    /** Returns a copy in which the nested keys of {@code rule} and {@code event} and short names are top-level keys. */
    private static ConformanceCase flatten(ConformanceCase written) {
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

    /** The text and JSON forms of an alert. */
    private record Forms(CaseConfig config, ZoneId zone, Alert alert) {
        boolean matches(@Nullable Object expected, List<String> actual) throws CaseException {
            if (expected instanceof Map<?, ?> map && (map.get("text") != null || map.get("json") != null)) {
                boolean text = map.get("text") == null || sameLine(map.get("text"), text(), actual);
                return (map.get("json") == null || sameJson(map.get("json"), actual)) && text;
            }
            boolean json =
                    expected instanceof Map<?, ?> || String.valueOf(expected).startsWith("{");
            return config.flag("json_output", json) ? sameJson(expected, actual) : sameLine(expected, text(), actual);
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

        private boolean sameJson(@Nullable Object expected, List<String> actual) throws CaseException {
            String json = json();
            if (!(expected instanceof Map<?, ?> map)) {
                return sameLine(expected, json, actual);
            }
            actual.add(json);
            Object written = CaseFile.parseJson(json);
            if (map.containsKey("rule") || !(written instanceof Map<?, ?> object)) {
                return JsonEquality.areEqual(map, written);
            }
            return map.keySet().stream()
                    .allMatch(key -> object.containsKey(key) && JsonEquality.areEqual(map.get(key), object.get(key)));
        }

        private static boolean sameLine(@Nullable Object expected, String line, List<String> actual) {
            actual.add(line);
            return line.equals(String.valueOf(expected).stripTrailing());
        }
    }

    /** Returns the rules of the case as a rule file. A JSON string is also a YAML string. */
    private static String rules(ConformanceCase testCase) throws CaseException {
        Object file = testCase.get("rules_yaml");
        if (file != null) {
            return String.valueOf(file);
        }
        CaseConfig.priority(testCase.text("priority", "Warning"));
        StringBuilder rule = new StringBuilder("- rule: ").append(quoted(testCase.text("rule", "Rule")));
        rule.append("\n  desc: d\n  warn_evttypes: false");
        rule.append("\n  condition: ").append(quoted(testCase.text("condition", "evt.num >= 0 or not evt.num >= 0")));
        rule.append("\n  output: ").append(quoted(testCase.text("output")));
        rule.append("\n  priority: ").append(quoted(testCase.text("priority", "Warning")));
        rule.append("\n  source: ").append(quoted(testCase.text("source", LoadOptions.SYSCALL)));
        rule.append("\n  tags: [");
        for (Object tag : testCase.list("tags")) {
            rule.append(quoted(String.valueOf(tag))).append(", ");
        }
        return rule.append("]\n").toString();
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    static ZoneId zone(ConformanceCase testCase) throws CaseException {
        try {
            return ZoneId.of(testCase.text("zone", "UTC"));
        } catch (DateTimeException e) {
            throw new CaseException("unknown time zone " + testCase.text("zone", "UTC"));
        }
    }
}
