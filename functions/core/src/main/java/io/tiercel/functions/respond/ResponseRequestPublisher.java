package io.tiercel.functions.respond;

/** Asks the responder to process an incident after it changed in a way that policies may react to. */
@FunctionalInterface
public interface ResponseRequestPublisher {
    /**
     * Requests a call of {@link Responder#respond}. Must not block for long. If it throws, the caller delivers the alert again
     * and publishes again.
     *
     * @param deduplicationKey identifies the change; a second request with the same key within a short time may be dropped.
     *     Letters, digits and hyphens, at most 80 characters
     */
    void publish(String incidentId, String deduplicationKey);
}
