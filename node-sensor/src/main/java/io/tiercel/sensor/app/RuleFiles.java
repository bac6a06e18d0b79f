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

/** Finds and loads rule files for a command. */
public final class RuleFiles {
    private RuleFiles() {}

    /** Those named, or else the detections that came with this program. */
    public static List<Path> files(List<Path> named) {
        if (!named.isEmpty()) {
            return named;
        }
        return List.of(shipped("rules/detections", "no rules: name a file or folder"));
    }

    /** A folder that came with this program; {@code otherwise} says what else the user could do if it is not there. */
    public static Path shipped(String folder, String otherwise) {
        String home = System.getProperty("tiercel.home", System.getenv().getOrDefault("TIERCEL_HOME", ""));
        Path shipped = Path.of(home).resolve(folder);
        if (home.isEmpty() || !Files.isDirectory(shipped)) {
            throw UserErrorException.input(otherwise + ", or set TIERCEL_HOME to the folder that holds " + folder);
        }
        return shipped;
    }

    /** The files' contents; that there is no file is a source that cannot be read. */
    public static List<RuleSource> read(List<Path> files) {
        try {
            List<RuleSource> sources = RuleSource.readAll(files);
            return sources.isEmpty() ? List.of(unreadable(files, "there is no rule file (*.yaml, *.yml)")) : sources;
        } catch (DirectoryIteratorException e) {
            return List.of(unreadable(files, "a directory cannot be listed: " + e.getMessage()));
        }
    }

    private static RuleSource unreadable(List<Path> files, String message) {
        String names = names(files);
        return new RuleSource.Unreadable(
                names,
                new Problem(
                        LoadCode.LOAD_ERR_FILE_READ,
                        message,
                        "name a rule file or a directory that holds some",
                        new Location(names, ItemKind.FILE, null, 0, 0, -1, "", 0)));
    }

    /** Files in words. */
    public static String names(List<Path> files) {
        return files.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    /**
     * Loads; warnings go to standard error.
     *
     * @throws UserErrorException with every error, if there is one
     */
    public static LoadedRules load(List<Path> files, LoadOptions options, StandardStreams streams) {
        return usable(new RuleLoader(options).load(read(files)), streams);
    }

    /** The rules of a result, after what it has to say on standard error; a {@link UserErrorException} if there are none. */
    static LoadedRules usable(LoadResult result, StandardStreams streams) {
        streams.err().print(text(result));
        streams.err().flush();
        @Nullable LoadedRules rules = result.ok() ? result.rules() : null;
        if (rules == null) {
            throw UserErrorException.input("these rules cannot be used; nothing was started");
        }
        return rules;
    }

    /** Errors, and the warnings of the last file: those of the others speak for a set that is not complete yet. */
    public static String text(LoadResult result) {
        List<FileResult> files = new ArrayList<>();
        for (FileResult file : result.files()) {
            boolean last = file == result.files().getLast();
            files.add(last ? file : new FileResult(file.name(), file.error(), List.of(), 0));
        }
        return LoadReport.text(new LoadResult(files, result.missingPlugins(), result.rules()));
    }
}
