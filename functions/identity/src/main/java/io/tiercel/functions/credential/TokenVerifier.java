package io.tiercel.functions.credential;

import static org.jose4j.jws.AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256;
import static org.jose4j.jws.AlgorithmIdentifiers.RSA_USING_SHA256;

import io.tiercel.functions.credential.IdentitySettings.Tokens;
import io.tiercel.functions.enrich.ResourceNames;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.identity.SenderCredentials;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwx.HeaderParameterNames;
import org.jose4j.jwx.Headers;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Verifies projected service account tokens: a signature by a key of the issuer, the issuer, the audience, the validity at the time
 * of sending, and the service account. The node comes from the token (Kubernetes 1.32 and later) or from the cluster.
 *
 * <p>A token remains valid until it expires, even if its pod was deleted before: nothing asks the API server for a review.
 */
final class TokenVerifier {
    /** Tolerance for differences between clocks. */
    static final Duration LEEWAY = Duration.ofSeconds(60);

    private static final Pattern COMPACT_SIGNED = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
    private static final Set<String> ALGORITHMS = Set.of(RSA_USING_SHA256, ECDSA_USING_P256_CURVE_AND_SHA256);
    private static final String CLUSTER_CLAIM = "kubernetes.io";

    private final Tokens settings;
    private final KeyCache keys;
    private final PodNodes pods;
    private final VerifiedSenders cache;

    TokenVerifier(Tokens settings, KeyCache keys, PodNodes pods, VerifiedSenders cache) {
        this.settings = settings;
        this.keys = keys;
        this.pods = pods;
        this.cache = cache;
    }

    /** Thrown if a token is not valid. The message contains nothing from the token. */
    private static final class InvalidToken extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidToken(String reason) {
            super(reason);
        }
    }

    /** Returns the sender of a token, verified or not. */
    Sender verify(String token, Instant sentAt) {
        if (token.length() > SenderCredentials.MAX_CHARACTERS) {
            return unverified("the token has more than " + SenderCredentials.MAX_CHARACTERS + " characters");
        }
        String key = VerifiedSenders.key(token);
        Sender known = cache.get(key, sentAt);
        if (known != null) {
            return known;
        }
        try {
            JwtClaims claims = claims(token, sentAt);
            Sender sender = Sender.ofNode(node(claims));
            cache.put(key, new VerifiedSenders.Verified(sender, start(claims), end(claims)));
            return sender;
        } catch (InvalidToken e) {
            return unverified(e.getMessage());
        } catch (MalformedClaimException e) {
            return unverified("a claim of the token has the wrong type");
        }
    }

    private static Sender unverified(@Nullable String reason) {
        return Sender.unverified(Sender.Kind.SERVICE_ACCOUNT, String.valueOf(reason));
    }

    private JwtClaims claims(String token, Instant sentAt) throws InvalidToken {
        Header header = header(token);
        return switch (keys.find(header.keyId())) {
            case KeyCache.Result.Missing(String reason) -> throw new InvalidToken(reason);
            case KeyCache.Result.Found(String issuer, VerificationKey key) -> {
                if (!key.algorithm().equals(header.algorithm())) {
                    throw new InvalidToken("the token's algorithm is not the algorithm of its key");
                }
                try {
                    yield consumer(issuer, key, sentAt).processToClaims(token);
                } catch (InvalidJwtException e) {
                    throw new InvalidToken(reason(e));
                }
            }
        };
    }

    /** The parameters of a header that are used. A key or a location of keys in it never is. */
    private record Header(String algorithm, String keyId) {}

    private static Header header(String token) throws InvalidToken {
        if (!COMPACT_SIGNED.matcher(token).matches()) {
            throw new InvalidToken("the token is not a signed JSON Web Token");
        }
        Headers headers;
        try {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setCompactSerialization(token);
            headers = signature.getHeaders();
        } catch (JoseException e) {
            throw new InvalidToken("the token's header is not valid");
        }
        if (!(headers.getObjectHeaderValue(HeaderParameterNames.ALGORITHM) instanceof String algorithm)
                || !ALGORITHMS.contains(algorithm)) {
            throw new InvalidToken("the token's algorithm is neither RS256 nor ES256");
        }
        if (headers.getObjectHeaderValue(HeaderParameterNames.CRITICAL) != null
                || headers.getObjectHeaderValue(HeaderParameterNames.CONTENT_TYPE) != null) {
            throw new InvalidToken("the token's header has parameters that service account tokens do not have");
        }
        if (!(headers.getObjectHeaderValue(HeaderParameterNames.KEY_ID) instanceof String keyId)) {
            throw new InvalidToken("the token names no key");
        }
        return new Header(algorithm, keyId);
    }

    private JwtConsumer consumer(String issuer, VerificationKey key, Instant sentAt) {
        return new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(ConstraintType.PERMIT, key.algorithm())
                .setVerificationKey(key.key())
                .setExpectedIssuer(true, issuer)
                .setExpectedAudience(true, settings.audience())
                .setExpectedSubject("system:serviceaccount:" + settings.namespace() + ":" + settings.serviceAccount())
                .setRequireExpirationTime()
                .setEvaluationTime(NumericDate.fromMilliseconds(sentAt.toEpochMilli()))
                .setAllowedClockSkewInSeconds((int) LEEWAY.toSeconds())
                .build();
    }

    /** Returns a reason of our own: the library's messages contain claims. */
    private static String reason(InvalidJwtException e) {
        Map<Integer, String> reasons = Map.of(
                ErrorCodes.SIGNATURE_INVALID, "the token's signature is not valid",
                ErrorCodes.ISSUER_INVALID, "the token is of another issuer",
                ErrorCodes.AUDIENCE_INVALID, "the token is for another audience",
                ErrorCodes.AUDIENCE_MISSING, "the token is for no audience",
                ErrorCodes.SUBJECT_INVALID, "the token is of another service account",
                ErrorCodes.EXPIRATION_MISSING, "the token does not expire",
                ErrorCodes.EXPIRED, "the token had expired when it was sent",
                ErrorCodes.NOT_YET_VALID, "the token was not valid yet when it was sent");
        return e.getErrorDetails().stream()
                .map(error -> reasons.get(error.getErrorCode()))
                .filter(reason -> reason != null)
                .findFirst()
                .orElse("the token is not valid");
    }

    private String node(JwtClaims claims) throws InvalidToken {
        Map<?, ?> cluster = object(claims.getClaimValue(CLUSTER_CLAIM));
        Map<?, ?> pod = object(cluster.get("pod"));
        String name = text(pod, "name");
        String uid = text(pod, "uid");
        if (name == null || uid == null || !ResourceNames.isKubernetesName(name)) {
            throw new InvalidToken("the token is not bound to a pod");
        }
        if (!settings.namespace().equals(text(cluster, "namespace"))
                || !settings.serviceAccount().equals(text(object(cluster.get("serviceaccount")), "name"))) {
            throw new InvalidToken("the token's claims do not name the service account of its subject");
        }
        String node = text(object(cluster.get("node")), "name");
        if (node == null) {
            node = switch (pods.node(new PodNodes.Pod(settings.namespace(), name, uid, settings.serviceAccount()))) {
                case PodNodes.Result.Found(String found) -> found;
                case PodNodes.Result.Unknown(String reason) -> throw new InvalidToken(reason);
            };
        }
        if (!ResourceNames.isKubernetesName(node)) {
            throw new InvalidToken("the token's node has no valid name");
        }
        return node;
    }

    private static Map<?, ?> object(@Nullable Object value) {
        return value instanceof Map<?, ?> object ? object : Map.of();
    }

    private static @Nullable String text(Map<?, ?> object, String name) {
        return object.get(name) instanceof String text && !text.isEmpty() ? text : null;
    }

    private static Instant start(JwtClaims claims) throws MalformedClaimException {
        NumericDate notBefore = claims.getNotBefore();
        return notBefore == null ? Instant.MIN : instant(notBefore).minus(LEEWAY);
    }

    private static Instant end(JwtClaims claims) throws MalformedClaimException {
        return instant(claims.getExpirationTime()).plus(LEEWAY);
    }

    private static Instant instant(NumericDate date) {
        return Instant.ofEpochSecond(date.getValue());
    }
}
