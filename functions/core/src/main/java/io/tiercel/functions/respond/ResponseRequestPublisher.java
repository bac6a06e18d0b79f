package io.tiercel.functions.respond;

/** Rung after an incident has changed in a way that a policy may care about, so that the responder looks at it. */
@FunctionalInterface
public interface ResponseRequestPublisher {
    /**
     * Asks for a look at an incident, {@link Responder#respond}. Must not block for long; where it throws, the alert is
     * delivered again and the bell rung again.
     *
     * @param occasion what is new; a bell that was rung for the same occasion lately need not be heard again. Letters, digits
     *     and hyphens, at most 80
     */
    void ring(String incidentId, String occasion);
}
