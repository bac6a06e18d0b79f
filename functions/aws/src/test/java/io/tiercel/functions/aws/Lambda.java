package io.tiercel.functions.aws;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A running Lambda function. */
interface Lambda extends AutoCloseable {
    /** Invokes the function and returns its response within its timeout. */
    String invoke(String event) throws Exception;

    /** Returns the log so far. */
    String log() throws IOException;

    @Override
    void close() throws IOException, InterruptedException;

    /** Delivers one SQS message and returns the ids of failed messages. */
    default List<String> failures(String body) throws Exception {
        return SqsEvents.failures(invoke(SqsEvents.event(Map.of("message", body))));
    }

    /** Starts functions. */
    @FunctionalInterface
    interface Runner {
        /**
         * Starts a function.
         *
         * @param code folder with the unpacked code
         * @param aws environment variables for access to AWS
         */
        Lambda start(Path code, LambdaSettings settings, Map<String, String> aws) throws Exception;
    }
}
