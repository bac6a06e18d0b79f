package io.tiercel.rules.load;

import io.tiercel.rules.alert.Priority;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Properties of the engine and the configuration that affect rule loading.
 *
 * @param engineVersion version to which {@code required_engine_version} is compared
 * @param sources supported event sources; rules with other sources are skipped with a warning
 * @param plugins names and versions of plugins to which {@code required_plugin_versions} is compared
 * @param appendOutput entries that are appended to outputs, in order
 * @param threshold minimum priority; rules with a lower priority are checked but never enabled
 * @param toggles entries that enable or disable rules; later entries override earlier ones and the rule files
 */
public record LoadOptions(
        SemanticVersion engineVersion,
        Set<String> sources,
        Map<String, SemanticVersion> plugins,
        List<AppendOutput> appendOutput,
        Priority threshold,
        List<RuleToggle> toggles) {
    /** The source of kernel events. */
    public static final String SYSCALL = "syscall";

    public LoadOptions {
        sources = Set.copyOf(sources);
        plugins = Map.copyOf(plugins);
        appendOutput = List.copyOf(appendOutput);
        toggles = List.copyOf(toggles);
    }

    /** Options of Falco engine 0.63.0 with the container plugin, all priorities and Falco's default appended output. */
    public static LoadOptions defaults() {
        return new LoadOptions(
                new SemanticVersion(0, 63, 0),
                Set.of(SYSCALL),
                Map.of("container", new SemanticVersion(0, 7, 1)),
                List.of(AppendOutput.SUGGESTED),
                Priority.DEBUG,
                List.of());
    }

    /** Returns a copy with other appended output. */
    public LoadOptions withAppendOutput(List<AppendOutput> entries) {
        return new LoadOptions(engineVersion, sources, plugins, entries, threshold, toggles);
    }

    /** Returns a copy with another minimum priority. */
    public LoadOptions withThreshold(Priority minimum) {
        return new LoadOptions(engineVersion, sources, plugins, appendOutput, minimum, toggles);
    }

    /** Returns a copy with other toggles. */
    public LoadOptions withToggles(List<RuleToggle> entries) {
        return new LoadOptions(engineVersion, sources, plugins, appendOutput, threshold, entries);
    }
}
