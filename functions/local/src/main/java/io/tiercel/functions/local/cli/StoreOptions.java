package io.tiercel.functions.local.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that say where the records are. */
final class StoreOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory of the functions (TIERCEL_DATA; default: .tiercel/functions)."
                    + " A server may be running.")
    private Path data;

    @Option(
            names = "--table",
            paramLabel = "NAME",
            description = "Incident table in DynamoDB instead of a data directory. Uses your own AWS credentials.")
    private @Nullable String table;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    /** @param data the default data directory */
    StoreOptions(Path data) {
        this.data = data;
    }

    /** Returns the data directory. */
    Path data() {
        return data;
    }

    /** Returns the name of the table; null for the data directory. */
    @Nullable
    String table() {
        return table;
    }
}
