package io.tiercel.functions.credential;

import static io.tiercel.functions.credential.TestClaims.EXPIRES;
import static io.tiercel.functions.credential.TestClaims.ISSUED;
import static io.tiercel.functions.credential.TestClaims.ISSUER;
import static io.tiercel.functions.credential.TestClaims.NODE;
import static io.tiercel.functions.credential.TestClaims.valid;
import static io.tiercel.functions.credential.TestClaims.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.identity.SenderCredentials;
import io.tiercel.functions.identity.SenderVerifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests tokens, genuine and forged, with keys from a file. */
@Tag("unit")
class ServiceAccountTokenTest {
    private static final Instant SENT = ISSUED.plusSeconds(10);

    @TempDir
    Path folder;

    private SenderVerifier verifier;

    @BeforeEach
    void useKeysFromAFile() throws Exception {
        Path keys = folder.resolve("keys.json");
        Files.writeString(keys, TestKey.keySet(TestKey.RSA, TestKey.EC));
        verifier = verifier(keys);
    }

    private static SenderVerifier verifier(Path keys) {
        Map<String, String> settings =
                Map.of(IdentitySettings.ISSUER, ISSUER, IdentitySettings.KEYS, "file:" + keys.toAbsolutePath());
        return SenderIdentity.create(
                IdentitySettings.parse(
                        name -> Optional.ofNullable(settings.get(name)), (variable, location) -> location),
                null,
                null,
                new TestClock());
    }

    private Sender verify(String token) {
        return verify(token, SENT);
    }

    private Sender verify(String token, Instant sentAt) {
        Sender sender = verifier.verify(new SenderCredentials(token, null, List.of()), sentAt);
        assertFalse(sender.toString().contains(token.substring(token.lastIndexOf('.') + 1) + "x"));
        String signature = token.substring(token.lastIndexOf('.') + 1);
        if (signature.length() > 20) {
            assertFalse(sender.toString().contains(signature));
        }
        return sender;
    }

    private static void assertUnverified(String reason, Sender sender) {
        assertFalse(sender.verified(), sender.toString());
        assertEquals(Sender.unverified(Sender.Kind.SERVICE_ACCOUNT, reason), sender);
    }

    @Test
    void a_token_proves_the_node_of_its_pod() {
        assertEquals(Sender.ofNode(NODE), verify(TestKey.RSA.token(valid())));
        assertEquals(Sender.ofNode(NODE), verify(TestKey.EC.token(valid())));
    }

    @Test
    void the_second_verification_has_the_same_result() {
        String token = TestKey.RSA.token(valid());
        assertEquals(verify(token), verify(token));
    }

    @ParameterizedTest
    @CsvSource({"-61, false", "-60, true", "0, true", "599, true", "659, true", "660, false", "661, false"})
    void the_time_of_sending_must_be_in_the_validity_with_a_minute_of_leeway(int seconds, boolean expected) {
        String token = TestKey.RSA.token(valid());
        assertEquals(expected, verify(token, ISSUED.plusSeconds(seconds)).verified());
        // The cached result of a valid time has the same limits.
        assertTrue(verify(token, SENT).verified());
        assertEquals(expected, verify(token, ISSUED.plusSeconds(seconds)).verified());
    }

    @Test
    void a_message_that_waited_in_a_queue_is_judged_at_the_time_of_sending() {
        String token = TestKey.RSA.token(valid());
        assertUnverified("the token had expired when it was sent", verify(token, EXPIRES.plusSeconds(3_600)));
        assertTrue(verify(token, EXPIRES).verified());
        assertUnverified("the token was not valid yet when it was sent", verify(token, ISSUED.minusSeconds(3_600)));
    }

    static Stream<Arguments> wrongClaims() {
        return Stream.of(
                wrong("the token is of another issuer", claims -> claims.put("iss", ISSUER + "/")),
                wrong("the token is of another issuer", claims -> claims.put("iss", "https://evil.example")),
                wrong("the token is not valid", claims -> claims.remove("iss")),
                wrong(
                        "the token is for another audience",
                        claims -> claims.putArray("aud").add("sts.amazonaws.com")),
                wrong("the token is for another audience", claims -> claims.putArray("aud")),
                wrong("the token is for no audience", claims -> claims.remove("aud")),
                wrong("the token does not expire", claims -> claims.remove("exp")),
                wrong(
                        "the token is of another service account",
                        claims -> claims.put("sub", "system:serviceaccount:tiercel:default")),
                wrong(
                        "the token is of another service account",
                        claims -> claims.put("sub", "system:serviceaccount:shop:tiercel-sensor")),
                wrong(
                        "the token is of another service account",
                        claims -> claims.put("sub", "system:serviceaccount:tiercel:tiercel-sensor:x")),
                wrong("the token is not valid", claims -> claims.remove("sub")),
                wrong("the token is not bound to a pod", claims -> claims.remove("kubernetes.io")),
                wrong("the token is not bound to a pod", claims -> claims.put("kubernetes.io", "node")),
                wrong(
                        "the token is not bound to a pod",
                        claims -> ((ObjectNode) claims.get("kubernetes.io")).remove("pod")),
                wrongCluster(cluster -> cluster.put("namespace", "shop")),
                wrongCluster(cluster -> cluster.remove("namespace")),
                wrongCluster(cluster -> cluster.putObject("serviceaccount").put("name", "default")),
                wrongCluster(cluster -> cluster.put("serviceaccount", "tiercel-sensor")),
                wrongCluster(cluster -> cluster.remove("serviceaccount")),
                wrong(
                        "the token's node has no valid name",
                        claims -> ((ObjectNode) claims.get("kubernetes.io"))
                                .putObject("node")
                                .put("name", "a/../b")),
                wrong(
                        "the token names no node, and there is no access to the cluster to look up its pod",
                        claims -> ((ObjectNode) claims.get("kubernetes.io")).remove("node")));
    }

    private static Arguments wrong(String reason, Consumer<ObjectNode> change) {
        return Arguments.of(reason, with(change));
    }

    private static Arguments wrongCluster(Consumer<ObjectNode> change) {
        return wrong(
                "the token's claims do not name the service account of its subject",
                claims -> change.accept((ObjectNode) claims.get("kubernetes.io")));
    }

    @ParameterizedTest
    @MethodSource("wrongClaims")
    void wrong_claims_are_not_verified(String reason, String claims) {
        assertUnverified(reason, verify(TestKey.RSA.token(claims)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"exp":"soon"}
            {"exp":1e400}
            {"nbf":{}}
            {"aud":{"a":1}}
            {"iss":[]}
            []
            null
            {
            """)
    void malformed_claims_are_not_verified(String claims) {
        assertFalse(verify(TestKey.RSA.token(claims)).verified());
    }

    @Test
    void an_unsigned_token_is_not_verified() {
        String header = TestKey.base64("{\"alg\":\"none\",\"kid\":\"rsa-1\"}".getBytes(StandardCharsets.UTF_8));
        String payload = TestKey.base64(valid().getBytes(StandardCharsets.UTF_8));
        assertUnverified("the token is not a signed JSON Web Token", verify(header + "." + payload + "."));
        assertUnverified("the token's algorithm is neither RS256 nor ES256", verify(header + "." + payload + ".AAAA"));
    }

    @Test
    void a_token_signed_with_the_public_key_as_the_secret_is_not_verified() throws GeneralSecurityException {
        String signed = TestKey.base64("{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + TestKey.base64(valid().getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(TestKey.RSA.pair().getPublic().getEncoded(), "HmacSHA256"));
        String token = signed + "." + TestKey.base64(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        assertUnverified("the token's algorithm is neither RS256 nor ES256", verify(token));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"alg":"PS256","kid":"rsa-1"}                         | the token's algorithm is neither RS256 nor ES256
            {"alg":"rs256","kid":"rsa-1"}                         | the token's algorithm is neither RS256 nor ES256
            {"kid":"rsa-1"}                                       | the token's algorithm is neither RS256 nor ES256
            {"alg":"RS256"}                                       | the token names no key
            {"alg":"RS256","kid":7}                               | the token names no key
            {"alg":"RS256","kid":"../../etc/passwd"}              | the issuer has no key with the id in the token
            {"alg":"RS256","kid":"ec-1"}                          | the token's algorithm is not the algorithm of its key
            {"alg":"RS256","kid":"rsa-1","crit":["b64"],"b64":false} | the token's header has parameters that service account tokens do not have
            {"alg":"RS256","kid":"rsa-1","cty":"JWT"}             | the token's header has parameters that service account tokens do not have
            {"alg":"RS256","kid":"rsa-1"                          | the token's header is not valid
            []                                                    | the token's header is not valid
            """)
    void wrong_headers_are_not_verified(String header, String reason) {
        assertUnverified(reason, verify(TestKey.RSA.token(header, valid())));
    }

    @Test
    void a_key_in_the_header_is_never_used() {
        String header =
                "{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"jwk\":%s,\"jku\":\"https://evil.example/keys\",\"x5u\":\"https://evil.example/x\"}"
                        .formatted(TestKey.OTHER_RSA.jwk());
        assertUnverified("the token's signature is not valid", verify(TestKey.OTHER_RSA.token(header, valid())));
    }

    @Test
    void a_signature_by_another_key_is_not_verified() {
        String header = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}";
        assertUnverified("the token's signature is not valid", verify(TestKey.OTHER_RSA.token(header, valid())));
    }

    @Test
    void long_tokens_and_other_text_are_not_parsed() {
        assertUnverified("the token has more than 16384 characters", verify("a".repeat(16 * 1024 + 1)));
        for (String text : List.of("", ".", "..", "a.b", "a.b.c.d.e", "Bearer a.b.c", "a.b.c\n", "ä.ö.ü")) {
            assertUnverified("the token is not a signed JSON Web Token", verify(text));
        }
    }

    @Test
    void keys_that_are_too_short_or_for_encryption_are_not_used() throws Exception {
        TestKey weak = TestKey.rsa("weak", 1_024);
        TestKey encryption = TestKey.rsa("enc", 2_048);
        Path keys = folder.resolve("weak.json");
        Files.writeString(
                keys,
                "{\"keys\":[%s,%s,%s]}"
                        .formatted(
                                weak.jwk(),
                                encryption.jwk().replace("\"use\":\"sig\"", "\"use\":\"enc\""),
                                "{\"kty\":\"oct\",\"kid\":\"secret\",\"k\":\"AAAA\"}"));
        verifier = verifier(keys);
        String reason = "the issuer's keys are not available: the key set contains no usable RSA or P-256 key";
        assertUnverified(reason, verify(weak.token(valid())));
        assertUnverified(reason, verify(encryption.token(valid())));
    }

    @Test
    void a_missing_file_is_named() {
        verifier = verifier(folder.resolve("absent.json"));
        String reason = verify(TestKey.RSA.token(valid())).reason();
        assertNotNull(reason);
        assertTrue(reason.contains("absent.json: NoSuchFileException"), reason);
    }
}
