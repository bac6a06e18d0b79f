package io.tiercel.functions.credential;

import java.security.PublicKey;

/**
 * A public key of the issuer.
 *
 * @param id key id, from the header {@code kid}
 * @param algorithm the only signature algorithm for this key: {@code RS256} or {@code ES256}
 * @param key RSA with 2,048 bits or more, or EC on the curve P-256
 */
record VerificationKey(String id, String algorithm, PublicKey key) {}
