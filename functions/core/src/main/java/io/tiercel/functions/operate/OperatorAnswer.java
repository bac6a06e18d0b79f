package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The answer to an {@link OperatorRequest}.
 *
 * @param status status code with the meaning of RFC 9110, 200 to 599
 * @param body the result; problem details as of RFC 9457 if the status is 400 or more
 */
public record OperatorAnswer(int status, JsonNode body) {
    /** Returns whether the operation succeeded. */
    public boolean ok() {
        return status < 400;
    }
}
