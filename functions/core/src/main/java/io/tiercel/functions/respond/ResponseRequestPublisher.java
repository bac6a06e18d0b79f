package io.tiercel.functions.respond;

/** Asks the responder to process an incident after it changed in a way that policies may react to. */
@FunctionalInterface
public interface ResponseRequestPublisher {
    /**
     * Requests a call of {@link Responder#respond}. Must not block for long. If it throws, the caller delivers the alert again
     * and publishes again.
     */
    void publish(ResponseRequest request);
}
