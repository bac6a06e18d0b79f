package io.tiercel.rules.load;

import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.load.Definitions.PluginChoice;
import io.tiercel.rules.load.Definitions.PluginRequirement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Loads rule files in order into one rule set.
 *
 * <p>After each file, the loader compiles all rules again, so that the result of a file covers all files up to it. For
 * example, a list of the first file that only the second file uses causes a warning only in the first result. Loading
 * stops at the first file that fails. No file content makes the loader throw an exception.
 */
public final class RuleLoader {
    /** Maximum memory in bytes for each char of a file, measured with a file that is one list of short items. */
    private static final long MEMORY_PER_CHARACTER = 32;

    private final LoadOptions options;

    public RuleLoader(LoadOptions options) {
        this.options = options;
    }

    public LoadResult load(List<RuleSource> sources) {
        Definitions definitions = new Definitions(new ExceptionValidator(RuleCompiler::isField));
        List<FileResult> results = new ArrayList<>();
        LoadedRules rules = new LoadedRules(List.of(), new FieldTable());
        for (RuleSource source : sources) {
            Warnings warnings = new Warnings();
            Problem error = null;
            try {
                rules = load(source, definitions, warnings);
            } catch (RuleLoadException failure) {
                error = failure.problem();
            } catch (OutOfMemoryError e) {
                // The objects created so far are garbage now. Rules that are already active are not affected.
                error = tooLarge(source, "the rules need more memory than the process has");
            }
            results.add(new FileResult(source.name(), error, warnings.reported(), warnings.dropped()));
            if (error != null) {
                break;
            }
        }
        List<Problem> missing = missingPlugins(definitions.plugins());
        boolean ok = results.stream().allMatch(FileResult::ok);
        return new LoadResult(results, missing, ok ? rules : null);
    }

    private LoadedRules load(RuleSource source, Definitions definitions, Warnings warnings) throws RuleLoadException {
        return switch (source) {
            case RuleSource.Unreadable(String _, Problem problem) -> throw new RuleLoadException(problem);
            case RuleSource.Text(String _, String text)
            when text.length() * MEMORY_PER_CHARACTER > Runtime.getRuntime().maxMemory() ->
                throw new RuleLoadException(tooLarge(
                        source,
                        "the file has " + text.length() + " characters and can need "
                                + (text.length() * MEMORY_PER_CHARACTER >> 20)
                                + " MiB of memory; the limit of this process is "
                                + (Runtime.getRuntime().maxMemory() >> 20) + " MiB"));
            case RuleSource.Text(String name, String text) -> {
                new RuleFileReader(options, definitions, warnings).read(new FileText(name, text));
                yield new RuleCompiler(options, definitions, warnings).compile();
            }
        };
    }

    private static Problem tooLarge(RuleSource source, String message) {
        return SourcePosition.start(new FileText(source.name(), ""))
                .problem(
                        LoadCode.LOAD_ERR_FILE_READ,
                        message,
                        "split or shorten the file, or increase the memory limit (for example TIERCEL_HEAP=512m ./tiercel ...)");
    }

    private List<Problem> missingPlugins(List<PluginChoice> choices) {
        List<Problem> missing = new ArrayList<>();
        for (PluginChoice choice : choices) {
            if (choice.alternatives().stream().noneMatch(this::isAvailable)) {
                String required = choice.alternatives().stream()
                        .map(plugin -> plugin.name() + " " + plugin.version())
                        .collect(Collectors.joining(" or "));
                missing.add(choice.position()
                        .problem(
                                LoadCode.LOAD_ERR_VALIDATE,
                                "the rules require the plugin " + required + ", which this engine does not have",
                                "remove these rules; the engine has " + options.plugins()));
            }
        }
        return missing;
    }

    private boolean isAvailable(PluginRequirement plugin) {
        @Nullable SemanticVersion version = options.plugins().get(plugin.name());
        return version != null && version.satisfies(plugin.version());
    }
}
