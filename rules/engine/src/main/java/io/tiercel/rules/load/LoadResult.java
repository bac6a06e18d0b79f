package io.tiercel.rules.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What loading a series of rule files gave.
 *
 * @param files a result for each file up to the first that failed
 * @param missingPlugins what {@code required_plugin_versions} asks for and the engine does not have; Falco checks this
 *     after all files and reports it before everything else
 * @param rules the rules of all files; null if a file failed. They are not to be used unless {@link #ok()}
 */
public record LoadResult(
        List<FileResult> files,
        List<Problem> missingPlugins,
        @Nullable LoadedRules rules) {
    public LoadResult {
        files = List.copyOf(files);
        missingPlugins = List.copyOf(missingPlugins);
    }

    /** Whether all files loaded and no plugin is missing. */
    public boolean ok() {
        return missingPlugins.isEmpty() && files.stream().allMatch(FileResult::ok);
    }

    /** The errors, most important first. */
    public List<Problem> errors() {
        List<Problem> errors = new ArrayList<>(missingPlugins);
        for (FileResult file : files) {
            if (file.error() != null) {
                errors.add(file.error());
            }
        }
        return errors;
    }

    /** The warnings of the last file, which speak for the whole collection. */
    public List<Problem> warnings() {
        return files.isEmpty() ? List.of() : files.getLast().warnings();
    }
}
