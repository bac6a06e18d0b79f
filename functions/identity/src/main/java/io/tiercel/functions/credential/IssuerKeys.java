package io.tiercel.functions.credential;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.json.Json;
import java.security.interfaces.RSAPublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.Use;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of an issuer.
 *
 * @param issuer the issuer
 * @param keys keys by id; not empty
 */
record IssuerKeys(String issuer, Map<String, VerificationKey> keys) {
    /** Maximum size of a discovery document and of a key set, in bytes of UTF-8. */
    static final int MAX_DOCUMENT_BYTES = 64 * 1024;

    /** Maximum number of keys in a set. */
    static final int MAX_KEYS = 20;

    private static final int MIN_RSA_BITS = 2_048;
    private static final int MAX_RSA_BITS = 8_192;
    private static final int MAX_KEY_ID = 256;

    /**
     * Parses a JSON Web Key Set. Keys of other types, sizes and uses are left out.
     *
     * @throws KeySourceException if it is invalid or contains no usable key
     */
    static IssuerKeys parse(String issuer, String keySet) {
        Map<String, VerificationKey> usable = new HashMap<>();
        for (JsonWebKey key : keys(keySet)) {
            VerificationKey verification = usable(key);
            if (verification != null) {
                usable.putIfAbsent(verification.id(), verification);
            }
        }
        if (usable.isEmpty()) {
            throw new KeySourceException("the key set contains no usable RSA or P-256 key");
        }
        return new IssuerKeys(issuer, Map.copyOf(usable));
    }

    private static List<JsonWebKey> keys(String keySet) {
        if (keySet.length() > MAX_DOCUMENT_BYTES) {
            throw new KeySourceException("the key set has more than " + MAX_DOCUMENT_BYTES + " bytes");
        }
        try {
            // jose4j parses a set of any size and fails in other ways for other types.
            JsonNode keys = Json.SINGLE_DOCUMENT.readTree(keySet).path(JsonWebKeySet.JWK_SET_MEMBER_NAME);
            if (keys.size() > MAX_KEYS) {
                throw new KeySourceException("the key set has " + keys.size() + " keys, more than " + MAX_KEYS);
            }
            if (keys.isArray() && keys.valueStream().allMatch(JsonNode::isObject)) {
                return new JsonWebKeySet(keySet).getJsonWebKeys();
            }
        } catch (JsonProcessingException | JoseException e) {
            // Falls through to the message.
        }
        throw new KeySourceException("the document is not a JSON Web Key Set");
    }

    private static @Nullable VerificationKey usable(JsonWebKey key) {
        String id = key.getKeyId();
        String algorithm = algorithm(key);
        if (id == null
                || id.isEmpty()
                || id.length() > MAX_KEY_ID
                || algorithm == null
                || key.getUse() != null && !key.getUse().equals(Use.SIGNATURE)
                || key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm)) {
            return null;
        }
        return new VerificationKey(id, algorithm, ((PublicJsonWebKey) key).getPublicKey());
    }

    private static @Nullable String algorithm(JsonWebKey key) {
        return switch (key) {
            case RsaJsonWebKey rsa when hasAcceptedSize(rsa.getRsaPublicKey()) -> AlgorithmIdentifiers.RSA_USING_SHA256;
            case EllipticCurveJsonWebKey ec
            when EllipticCurves.P_256.equals(ec.getCurveName()) ->
                AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256;
            default -> null;
        };
    }

    private static boolean hasAcceptedSize(RSAPublicKey key) {
        int bits = key.getModulus().bitLength();
        return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS;
    }
}
