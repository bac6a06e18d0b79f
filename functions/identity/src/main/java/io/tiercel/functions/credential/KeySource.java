package io.tiercel.functions.credential;

/** Where the issuer's keys come from. */
@FunctionalInterface
interface KeySource {
    /**
     * Fetches the keys. May block.
     *
     * @throws KeySourceException if they cannot be fetched
     */
    IssuerKeys fetch();
}
