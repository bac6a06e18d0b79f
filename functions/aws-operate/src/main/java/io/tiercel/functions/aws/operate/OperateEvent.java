package io.tiercel.functions.aws.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.operate.OperatorRequest;
import java.io.IOException;
import java.util.Set;

/**
 * The event of an invocation: {@code {"operation":"list-incidents","arguments":{},"identity":{"url":"...","headers":{}}}}.
 *
 * @param request the operation and its arguments
 * @param identity the proof of the caller's identity; missing if there is none. It is secret until it expires
 */
record OperateEvent(OperatorRequest request, JsonNode identity) {
    /** The maximum size of an event in bytes. */
    static final int MAX_BYTES = 64 * 1024;

    private static final Set<String> MEMBERS = Set.of("operation", "arguments", "identity");

    /** An event of another form. The message is for the caller. */
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        Invalid(String message) {
            super(message);
        }
    }

    /**
     * Parses an event.
     *
     * @throws Invalid if it has another form
     */
    static OperateEvent parse(byte[] bytes) throws Invalid {
        if (bytes.length > MAX_BYTES) {
            throw new Invalid("the event has more than " + MAX_BYTES + " bytes");
        }
        JsonNode event;
        try {
            event = Json.SINGLE_DOCUMENT.readTree(bytes);
        } catch (IOException e) {
            // The message of the parser would contain parts of the event.
            throw new Invalid("the event is not valid JSON");
        }
        if (!event.isObject() || event.properties().stream().anyMatch(member -> !MEMBERS.contains(member.getKey()))) {
            throw new Invalid("the event must be an object with the members operation, arguments and identity");
        }
        String operation = event.path("operation").textValue();
        if (operation == null) {
            throw new Invalid("operation must be the name of an operation, such as \"list-incidents\"");
        }
        JsonNode arguments = event.path("arguments");
        if (!arguments.isMissingNode() && !arguments.isNull() && !arguments.isObject()) {
            throw new Invalid("arguments must be an object");
        }
        return new OperateEvent(
                new OperatorRequest(
                        operation, arguments instanceof ObjectNode object ? object : Json.MAPPER.createObjectNode()),
                event.path("identity"));
    }

    /** Without the identity and the arguments. */
    @Override
    public String toString() {
        return "an event for the operation " + request.operation();
    }
}
