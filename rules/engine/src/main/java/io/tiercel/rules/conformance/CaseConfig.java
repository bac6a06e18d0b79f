package io.tiercel.rules.conformance;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.load.AppendOutput;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.RuleToggle;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a case, with Falco's keys, either in {@code config} or at the top level of the case. By default,
 * nothing is appended to outputs.
 */
final class CaseConfig {
    private final ConformanceCase testCase;
    private final Map<?, ?> config;

    CaseConfig(ConformanceCase testCase) {
        this.testCase = testCase;
        this.config = testCase.map("config");
    }

    private @Nullable Object get(String key) {
        return config.containsKey(key) ? config.get(key) : testCase.get(key);
    }

    boolean flag(String key, boolean defaultValue) {
        Object value = get(key);
        return value == null ? defaultValue : Boolean.parseBoolean(String.valueOf(value));
    }

    RuleMatching matching() {
        return "all".equals(get("rule_matching")) ? RuleMatching.ALL : RuleMatching.FIRST;
    }

    /**
     * Returns load options from {@code append_output}, {@code rules} and {@code priority}, with additional event
     * sources.
     */
    LoadOptions loadOptions(Set<String> sources) throws CaseException {
        LoadOptions defaults = LoadOptions.defaults();
        Set<String> known = new HashSet<>(defaults.sources());
        known.addAll(sources);
        return new LoadOptions(
                defaults.engineVersion(), known, defaults.plugins(), appendOutput(), threshold(), toggles());
    }

    private Priority threshold() throws CaseException {
        Object priority = config.get("priority");
        return priority == null ? Priority.DEBUG : priority(String.valueOf(priority));
    }

    static Priority priority(String text) throws CaseException {
        return Priority.parse(text).orElseThrow(() -> new CaseException("unknown priority " + text));
    }

    private List<RuleToggle> toggles() {
        List<RuleToggle> toggles = new ArrayList<>();
        for (Object entry : config.get("rules") instanceof List<?> list ? list : List.of()) {
            if (entry instanceof Map<?, ?> map) {
                map.forEach((action, selector) -> {
                    boolean enable = String.valueOf(action).equals("enable");
                    if (selector instanceof Map<?, ?> selection) {
                        selection.forEach((by, text) -> toggles.add(
                                by.equals("tag")
                                        ? new RuleToggle.ByTag(enable, String.valueOf(text))
                                        : new RuleToggle.ByName(enable, String.valueOf(text))));
                    }
                });
            }
        }
        return toggles;
    }

    private List<AppendOutput> appendOutput() {
        List<AppendOutput> entries = new ArrayList<>();
        for (Object entry : get("append_output") instanceof List<?> list ? list : List.of()) {
            if (entry instanceof Map<?, ?> map) {
                Map<?, ?> match = map.get("match") instanceof Map<?, ?> nested ? nested : Map.of();
                entries.add(new AppendOutput(
                        text(match.get("rule")),
                        text(match.get("source")),
                        tags(match.get("tags")),
                        map.get("extra_output") == null ? "" : String.valueOf(map.get("extra_output")),
                        extraFields(map.get("extra_fields")),
                        Boolean.TRUE.equals(map.get("suggested_output"))));
            }
        }
        Map<String, @Nullable String> extra = extraFields(testCase.get("extra_fields"));
        Object output = testCase.get("extra_output");
        if (!extra.isEmpty() || output != null) {
            entries.add(
                    new AppendOutput(null, null, Set.of(), output == null ? "" : String.valueOf(output), extra, false));
        }
        return entries;
    }

    private static Set<String> tags(@Nullable Object tags) {
        return tags instanceof List<?> list
                ? new TreeSet<>(list.stream().map(String::valueOf).toList())
                : Set.of();
    }

    private static Map<String, @Nullable String> extraFields(@Nullable Object entries) {
        Map<String, @Nullable String> fields = new LinkedHashMap<>();
        for (Object entry : entries instanceof List<?> list ? list : List.of()) {
            if (entry instanceof Map<?, ?> named) {
                named.forEach((name, format) -> fields.put(String.valueOf(name), text(format)));
            } else {
                fields.put(String.valueOf(entry), null);
            }
        }
        return fields;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : String.valueOf(value);
    }
}
