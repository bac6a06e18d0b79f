package io.tiercel.sensor.app;

import io.tiercel.rules.load.FileResult;
import io.tiercel.rules.load.ItemKind;
import io.tiercel.rules.load.LoadCode;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadReport;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.Location;
import io.tiercel.rules.load.Problem;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds and loads rule files for commands. */
public final class RuleFiles {
    private RuleFiles() {}

    /** Returns the given files, or the bundled detections if there are none. */
    public static List<Path> files(List<Path> named) {
        if (!named.isEmpty()) {
            return named;
        }
        return List.of(bundled("rules/detections", "no rules: name a rule file or folder"));
    }

    /** Returns a folder of this installation. If it does not exist, {@code hint} tells users what to do instead. */
    public static Path bundled(String folder, String hint) {
        String home = System.getProperty("tiercel.home", System.getenv().getOrDefault("TIERCEL_HOME", ""));
        Path bundled = Path.of(home).resolve(folder);
        if (home.isEmpty() || !Files.isDirectory(bundled)) {
            throw UserErrorException.input(hint + ", or set TIERCEL_HOME to the folder that contains " + folder);
        }
        return bundled;
    }

    /** Reads rule files. If there are none, the result is one unreadable source. */
    public static List<RuleSource> read(List<Path> files) {
        try {
            List<RuleSource> sources = RuleSource.readAll(files);
            return sources.isEmpty() ? List.of(unreadable(files, "no rule files (*.yaml, *.yml)")) : sources;
        } catch (DirectoryIteratorException e) {
            return List.of(unreadable(files, "cannot list a directory: " + e.getMessage()));
        }
    }

    private static RuleSource unreadable(List<Path> files, String message) {
        String names = names(files);
        return new RuleSource.Unreadable(
                names,
                new Problem(
                        LoadCode.LOAD_ERR_FILE_READ,
                        message,
                        "name a rule file, or a directory that contains rule files",
                        new Location(names, ItemKind.FILE, null, 0, 0, -1, "", 0)));
    }

    /** Joins file names for a message. */
    public static String names(List<Path> files) {
        return files.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    /**
     * Loads rules and prints warnings to standard error.
     *
     * @throws UserErrorException with every error
     */
    public static LoadedRules load(List<Path> files, LoadOptions options, StandardStreams streams) {
        return rulesOrFail(new RuleLoader(options).load(read(files)), streams);
    }

    /**
     * Returns the loaded rules, after printing errors and warnings. Throws {@link UserErrorException} if loading
     * failed.
     */
    static LoadedRules rulesOrFail(LoadResult result, StandardStreams streams) {
        streams.err().print(text(result));
        streams.err().flush();
        @Nullable LoadedRules rules = result.ok() ? result.rules() : null;
        if (rules == null) {
            throw UserErrorException.input("the rules are invalid; nothing was started");
        }
        return rules;
    }

    /** Formats errors, and the warnings of the last file. Warnings of earlier files are about an incomplete set. */
    public static String text(LoadResult result) {
        List<FileResult> files = new ArrayList<>();
        for (FileResult file : result.files()) {
            boolean last = file == result.files().getLast();
            files.add(last ? file : new FileResult(file.name(), file.error(), List.of(), 0));
        }
        return LoadReport.text(new LoadResult(files, result.missingPlugins(), result.rules()));
    }
}
