package io.tiercel.functions.aws;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A running function. */
interface Lambda extends AutoCloseable {
    /** The answer to one event, within the function's time-out. */
    String invoke(String event) throws Exception;

    /** What the function has logged so far. */
    String log() throws IOException;

    @Override
    void close() throws IOException, InterruptedException;

    /** The failures that the answer to one message of a queue names. */
    default List<String> failures(String body) throws Exception {
        return SqsEvents.failures(invoke(SqsEvents.event(Map.of("message", body))));
    }

    /** A way to run functions. */
    @FunctionalInterface
    interface Runner {
        /**
         * Starts a function.
         *
         * @param code folder with the unpacked function.zip
         * @param aws variables that lead to AWS
         */
        Lambda start(Path code, LambdaSettings settings, Map<String, String> aws) throws Exception;
    }
}
