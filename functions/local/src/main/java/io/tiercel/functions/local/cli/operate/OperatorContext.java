package io.tiercel.functions.local.cli.operate;

import io.tiercel.functions.local.terminal.Terminal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * What commands of operators need from their process.
 *
 * @param terminal where they read and write
 * @param data data directory of the server on this machine
 * @param environment environment variables
 * @param clock the time, for ages
 */
public record OperatorContext(Terminal terminal, Path data, Map<String, String> environment, InstantSource clock) {
    /** Returns the context of this process. */
    public static OperatorContext system(Path data) {
        return new OperatorContext(Terminal.system(), data, System.getenv(), InstantSource.system());
    }

    /** Returns the program's name as a person types it: {@code ./tiercel} in a clone. */
    String program() {
        return environment.containsKey("TIERCEL_HOME") ? "./tiercel" : "tiercel";
    }
}
