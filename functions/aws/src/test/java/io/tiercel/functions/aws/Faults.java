package io.tiercel.functions.aws;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The faults of {@link Moto}: random ones at a rate, and rules that fail certain requests.
 *
 * @param seed seed of the random numbers
 * @param throttled part of the requests to SQS and DynamoDB that is throttled, 0 to 1
 * @param conflicts part of the writes that conflicts with a transaction, 0 to 1
 * @param unprocessed part of the batches that DynamoDB leaves unprocessed in part, 0 to 1
 * @param rules rules, the first match counts
 */
public record Faults(long seed, double throttled, double conflicts, double unprocessed, List<Rule> rules) {
    /** No faults. */
    public static final Faults NONE = new Faults(0, 0, 0, 0, List.of());

    /** The rates of a new {@link Moto}. */
    public static final Faults DEFAULT = new Faults(18, 0.003, 0.02, 0.1, List.of());

    /** Many faults, which the SDK's retries do not hide. */
    public static final Faults FREQUENT = new Faults(18, 0.2, 0.2, 0.5, List.of());

    public Faults {
        rules = List.copyOf(rules);
    }

    /** Returns these faults and one more rule. */
    public Faults and(Rule rule) {
        List<Rule> more = new ArrayList<>(rules);
        more.add(rule);
        return new Faults(seed, throttled, conflicts, unprocessed, more);
    }

    /**
     * Requests that fail.
     *
     * @param operation regular expression of operations such as {@code DynamoDB.PutItem} and {@code SQS.SendMessage}
     * @param body a text that the body contains; null for any request
     * @param after number of matching requests that pass first
     * @param times number of matching requests that fail then
     * @param error error code of the response
     * @param status HTTP status of the response
     * @param lost whether the request takes effect although its response is an error
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Rule(
            String operation, @Nullable String body, int after, int times, String error, int status, boolean lost) {
        /** Fails requests after some have passed, without an effect. */
        public static Rule fail(String operation, int after, int times) {
            return new Rule(operation, null, after, times, "InternalServerError", 500, false);
        }

        /** Loses the responses of requests after some have passed. */
        public static Rule lose(String operation, int after, int times) {
            return new Rule(operation, null, after, times, "InternalServerError", 500, true);
        }
    }
}
