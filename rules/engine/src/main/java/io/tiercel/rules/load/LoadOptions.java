package io.tiercel.rules.load;

import io.tiercel.rules.alert.Priority;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the engine is and how it was configured, as far as loading rules depends on it.
 *
 * @param engineVersion what {@code required_engine_version} is held against
 * @param sources the event sources whose rules are loaded; rules of others are skipped with a warning
 * @param plugins what {@code required_plugin_versions} is held against: name to version
 * @param appendOutput what is appended to outputs, in this order
 * @param threshold rules less urgent are checked and never enabled
 * @param selections rules switched on and off; later ones win over earlier ones and over the files
 */
public record LoadOptions(
        SemanticVersion engineVersion,
        Set<String> sources,
        Map<String, SemanticVersion> plugins,
        List<AppendOutput> appendOutput,
        Priority threshold,
        List<RuleToggle> selections) {
    /** The source of kernel events. */
    public static final String SYSCALL = "syscall";

    public LoadOptions {
        sources = Set.copyOf(sources);
        plugins = Map.copyOf(plugins);
        appendOutput = List.copyOf(appendOutput);
        selections = List.copyOf(selections);
    }

    /** An engine like Falco's 0.63.0 with the container plugin, every priority, and Falco's default appended output. */
    public static LoadOptions defaults() {
        return new LoadOptions(
                new SemanticVersion(0, 63, 0),
                Set.of(SYSCALL),
                Map.of("container", new SemanticVersion(0, 7, 1)),
                List.of(AppendOutput.SUGGESTED),
                Priority.DEBUG,
                List.of());
    }

    /** The same with other appended output. */
    public LoadOptions withAppendOutput(List<AppendOutput> entries) {
        return new LoadOptions(engineVersion, sources, plugins, entries, threshold, selections);
    }

    /** The same with another priority threshold. */
    public LoadOptions withThreshold(Priority least) {
        return new LoadOptions(engineVersion, sources, plugins, appendOutput, least, selections);
    }

    /** The same with other rules switched on and off. */
    public LoadOptions withSelections(List<RuleToggle> entries) {
        return new LoadOptions(engineVersion, sources, plugins, appendOutput, threshold, entries);
    }
}
