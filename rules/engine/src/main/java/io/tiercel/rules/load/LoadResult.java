package io.tiercel.rules.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of loading a sequence of rule files.
 *
 * @param files a result for each file up to the first failed one
 * @param missingPlugins plugins that {@code required_plugin_versions} requires and the engine does not have; as in
 *     Falco, they are checked after all files and reported first
 * @param rules the rules of all files, or null if a file failed; use them only if {@link #ok()} returns true
 */
public record LoadResult(
        List<FileResult> files,
        List<Problem> missingPlugins,
        @Nullable LoadedRules rules) {
    public LoadResult {
        files = List.copyOf(files);
        missingPlugins = List.copyOf(missingPlugins);
    }

    /** Returns whether all files loaded and no plugin is missing. */
    public boolean ok() {
        return missingPlugins.isEmpty() && files.stream().allMatch(FileResult::ok);
    }

    /** Returns the errors, most important first. */
    public List<Problem> errors() {
        List<Problem> errors = new ArrayList<>(missingPlugins);
        for (FileResult file : files) {
            if (file.error() != null) {
                errors.add(file.error());
            }
        }
        return errors;
    }

    /** Returns the warnings of the last file, which apply to all files together. */
    public List<Problem> warnings() {
        return files.isEmpty() ? List.of() : files.getLast().warnings();
    }
}
