package io.tiercel.sensor.identity;

/** Provides the current credentials for a batch. Implementations are thread-safe. */
@FunctionalInterface
public interface CredentialSource {
    /** Provides no credentials. */
    CredentialSource NONE = () -> DeliveryCredentials.NONE;

    /** Returns the current credentials. May wait a few seconds for the first ones. */
    DeliveryCredentials current() throws InterruptedException;
}
