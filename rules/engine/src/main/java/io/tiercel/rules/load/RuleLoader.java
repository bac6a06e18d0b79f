package io.tiercel.rules.load;

import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.load.Definitions.PluginChoice;
import io.tiercel.rules.load.Definitions.PluginRequirement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Loads rule files in order into one collection.
 *
 * <p>After each file the whole collection is compiled anew, so that each file's result speaks for everything so far: a
 * list of the first file that only the second uses warns in the first result and not in the second. The first file that
 * fails stops the loading. Nothing that a file may hold makes this throw.
 */
public final class RuleLoader {
    /** Bytes of memory for each character of a file, at most: measured on a file that is one list of short items. */
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
                // What was built for these files is garbage by now; the rules in force elsewhere are not touched.
                error = tooLarge(source, "the rules need more memory than this process may use");
            }
            results.add(new FileResult(source.name(), error, warnings.kept(), warnings.dropped()));
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
                        "the file has " + text.length() + " characters and may need "
                                + (text.length() * MEMORY_PER_CHARACTER >> 20) + " MiB of memory; this process may use "
                                + (Runtime.getRuntime().maxMemory() >> 20)));
            case RuleSource.Text(String name, String text) -> {
                new RuleFileReader(options, definitions, warnings).read(new FileText(name, text));
                yield new RuleCompiler(options, definitions, warnings).compile();
            }
        };
    }

    private static Problem tooLarge(RuleSource source, String what) {
        return SourcePosition.start(new FileText(source.name(), ""))
                .problem(
                        LoadCode.LOAD_ERR_FILE_READ,
                        what,
                        "split or shorten it, or give the process more memory (TIERCEL_HEAP=512m with ./tiercel)");
    }

    private List<Problem> missingPlugins(List<PluginChoice> choices) {
        List<Problem> missing = new ArrayList<>();
        for (PluginChoice choice : choices) {
            if (choice.alternatives().stream().noneMatch(this::present)) {
                String wanted = choice.alternatives().stream()
                        .map(plugin -> plugin.name() + " " + plugin.version())
                        .collect(Collectors.joining(" or "));
                missing.add(choice.spot()
                        .problem(
                                LoadCode.LOAD_ERR_VALIDATE,
                                "the rules require the plugin " + wanted + ", which this engine does not have",
                                "leave these rules out; built in are " + options.plugins()));
            }
        }
        return missing;
    }

    private boolean present(PluginRequirement plugin) {
        @Nullable SemanticVersion version = options.plugins().get(plugin.name());
        return version != null && version.satisfies(plugin.version());
    }
}
