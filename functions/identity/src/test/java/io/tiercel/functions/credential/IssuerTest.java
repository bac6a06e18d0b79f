package io.tiercel.functions.credential;

import static io.tiercel.functions.credential.TestClaims.ISSUED;
import static io.tiercel.functions.credential.TestClaims.NODE;
import static io.tiercel.functions.credential.TestClaims.with;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.credential.SenderIdentity.KeyStatus;
import io.tiercel.functions.credential.StandInIssuer.Behavior;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.identity.SenderCredentials;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the issuer's keys: discovery, caching, rotation, and issuers that misbehave. */
@Tag("unit")
class IssuerTest {
    private final TestClock clock = new TestClock();
    private StandInIssuer issuer;
    private SenderIdentity identity;

    @BeforeEach
    void start() throws IOException {
        issuer = new StandInIssuer();
        identity = SenderIdentity.create(issuer.settings(), null, null, clock);
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    /** Returns a token with a validity of a day, different for each number. */
    private String token(TestKey key, int number) {
        return key.token(with(claims -> claims.put("iss", issuer.issuer())
                .put("exp", ISSUED.plus(Duration.ofDays(30)).getEpochSecond())
                .put("jti", "token " + number)));
    }

    private Sender verify(String token) {
        return identity.verify(new SenderCredentials(token, null, List.of()), clock.instant());
    }

    private void assertVerified(String token) {
        assertEquals(Sender.ofNode(NODE), verify(token));
    }

    private void assertReason(String reason, String token) {
        assertEquals(Sender.unverified(Sender.Kind.SERVICE_ACCOUNT, reason), verify(token));
    }

    private KeyStatus status() {
        KeyStatus status = identity.keys();
        assertNotNull(status);
        return status;
    }

    @Test
    void keys_are_fetched_with_the_first_token_and_not_before() {
        assertEquals(new KeyStatus(0, null, null), status());
        assertEquals(0, issuer.discoveries());
        for (int i = 0; i < 50; i++) {
            assertVerified(token(TestKey.RSA, i));
        }
        assertEquals(1, issuer.discoveries());
        assertEquals(1, issuer.keyRequests());
        assertEquals(new KeyStatus(1, ISSUED, null), status());
    }

    @Test
    void prepared_keys_are_not_fetched_with_the_first_token() {
        identity.prepare();
        assertEquals(new KeyStatus(1, ISSUED, null), status());
        identity.prepare();
        assertVerified(token(TestKey.RSA, 1));
        assertEquals(1, issuer.keyRequests());
    }

    @Test
    void keys_are_fetched_again_after_an_hour() {
        assertVerified(token(TestKey.RSA, 1));
        clock.advance(Duration.ofMinutes(59));
        assertVerified(token(TestKey.RSA, 2));
        assertEquals(1, issuer.keyRequests());
        clock.advance(Duration.ofMinutes(1));
        assertVerified(token(TestKey.RSA, 3));
        assertEquals(2, issuer.keyRequests());
    }

    @Test
    void unknown_key_ids_cause_one_request_a_minute() {
        assertVerified(token(TestKey.RSA, 0));
        for (int second = 0; second < 180; second++) {
            String unknown =
                    TestKey.OTHER_RSA.token("{\"alg\":\"RS256\",\"kid\":\"%d\"}".formatted(second), TestClaims.valid());
            assertReason("the issuer has no key with the id in the token", unknown);
            clock.advance(Duration.ofSeconds(1));
        }
        // At the start, and after each of the first two minutes.
        assertEquals(3, issuer.keyRequests());
        assertVerified(token(TestKey.RSA, 1));
    }

    @Test
    void a_new_key_is_used_and_a_removed_one_is_not() {
        assertVerified(token(TestKey.RSA, 1));
        issuer.publish(TestKey.OTHER_RSA, TestKey.EC);
        clock.advance(Duration.ofMinutes(1));
        assertVerified(token(TestKey.OTHER_RSA, 2));
        assertVerified(token(TestKey.EC, 3));
        assertReason("the issuer has no key with the id in the token", token(TestKey.RSA, 4));
        assertEquals(2, issuer.keyRequests());
    }

    @Test
    void a_removed_key_invalidates_cached_results_after_five_minutes() {
        String token = token(TestKey.RSA, 1);
        assertVerified(token);
        issuer.publish(TestKey.EC);
        clock.advance(Duration.ofMinutes(1));
        assertVerified(token(TestKey.EC, 2));
        assertVerified(token);
        clock.advance(Duration.ofMinutes(4));
        assertReason("the issuer has no key with the id in the token", token);
    }

    @Test
    void cached_keys_serve_for_a_day_while_the_issuer_fails() {
        assertVerified(token(TestKey.RSA, 1));
        issuer.behave(Behavior.STATUS_500);
        clock.advance(Duration.ofHours(23));
        assertVerified(token(TestKey.RSA, 2));
        assertEquals(new KeyStatus(1, ISSUED, "the issuer responded with status 500"), status());
        clock.advance(Duration.ofHours(1));
        assertReason(
                "the issuer's keys are older than 24 hours: the issuer responded with status 500",
                token(TestKey.RSA, 3));
        issuer.behave(Behavior.NORMAL);
        assertReason(
                "the issuer's keys are older than 24 hours: the issuer responded with status 500",
                token(TestKey.RSA, 3));
        clock.advance(KeyCache.RETRY_INTERVAL);
        assertVerified(token(TestKey.RSA, 3));
        assertEquals(new KeyStatus(1, clock.instant(), null), status());
    }

    @Test
    void a_failed_request_is_repeated_after_a_pause() {
        issuer.behave(Behavior.STATUS_500);
        for (int i = 0; i < 100; i++) {
            assertReason(
                    "the issuer's keys are not available: the issuer responded with status 500", token(TestKey.RSA, i));
        }
        assertEquals(1, issuer.discoveries());
        issuer.behave(Behavior.NORMAL);
        clock.advance(KeyCache.RETRY_INTERVAL);
        assertVerified(token(TestKey.RSA, 100));
    }

    @Test
    void a_clock_that_was_set_back_does_not_stop_requests() {
        clock.advance(Duration.ofHours(5));
        assertVerified(token(TestKey.RSA, 1));
        clock.advance(Duration.ofHours(-5));
        assertVerified(token(TestKey.RSA, 2));
        assertEquals(2, issuer.keyRequests());
    }

    @ParameterizedTest
    @CsvSource({
        "REDIRECT, the issuer responded with status 302",
        "HUGE, no valid response from the issuer: IOException",
        "ENDLESS_BODY, no valid response from the issuer: IOException",
        "NO_RESPONSE, the issuer did not respond within 2 seconds",
        "SLOW_BODY, the issuer did not respond within 2 seconds",
    })
    void an_issuer_that_misbehaves_makes_senders_unverified(Behavior behavior, String reason) {
        issuer.behave(behavior);
        Duration limit = KeyCache.MAX_WAIT.plusSeconds(2);
        assertTimeout(
                limit, () -> assertReason("the issuer's keys are not available: " + reason, token(TestKey.RSA, 1)));
        assertEquals(0, issuer.keyRequests());
    }

    @Test
    void a_stopped_issuer_makes_senders_unverified() {
        String token = token(TestKey.RSA, 1);
        issuer.close();
        assertReason("the issuer's keys are not available: no valid response from the issuer: ConnectException", token);
    }

    @Test
    void many_callers_share_one_request_and_wait_for_a_limited_time() throws Exception {
        issuer.behave(Behavior.NO_RESPONSE);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Sender>> calls = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                String token = token(TestKey.RSA, i);
                calls.add(() -> verify(token));
            }
            Instant start = Instant.now();
            for (Future<Sender> result : callers.invokeAll(calls)) {
                assertTrue(!result.get().verified());
            }
            Duration elapsed = Duration.between(start, Instant.now());
            assertTrue(elapsed.compareTo(KeyCache.MAX_WAIT.plusSeconds(3)) < 0, elapsed.toString());
        }
        assertEquals(1, issuer.discoveries());
    }

    @Test
    void known_keys_do_not_wait_for_a_slow_issuer() throws Exception {
        assertVerified(token(TestKey.RSA, 1));
        issuer.behave(Behavior.NO_RESPONSE);
        clock.advance(Duration.ofHours(2));
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            String first = token(TestKey.RSA, 2);
            Future<Sender> waiting = callers.submit(() -> verify(first));
            await().until(() -> issuer.discoveries() == 2);
            assertTimeout(Duration.ofSeconds(1), () -> assertVerified(token(TestKey.RSA, 3)));
            assertTrue(waiting.get().verified());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            oops                                                               | the issuer's discovery document is not JSON
            {"issuer":"%s"} x                                                  | the issuer's discovery document is not JSON
            {"jwks_uri":"%s/keys"}                                             | the issuer's discovery document is of another issuer
            {"issuer":"%s/","jwks_uri":"%s/keys"}                              | the issuer's discovery document is of another issuer
            {"issuer":"%s"}                                                    | the issuer's discovery document contains no valid jwks_uri
            {"issuer":"%s","jwks_uri":"file:///etc/passwd"}                    | the issuer's discovery document contains no valid jwks_uri
            {"issuer":"%s","jwks_uri":"http://10.0.0.1/keys"}                  | the issuer's discovery document contains no valid jwks_uri
            {"issuer":"%s","jwks_uri":"http://127.0.0.1:1/keys"}               | the issuer's jwks_uri is on another host
            {"issuer":"%s","jwks_uri":"https://keys.example/keys"}             | the issuer's jwks_uri is on another host
            """)
    void a_wrong_discovery_document_is_rejected(String document, String reason) {
        issuer.describe(url -> document.replace("%s", url));
        assertReason("the issuer's keys are not available: " + reason, token(TestKey.RSA, 1));
        assertEquals(0, issuer.keyRequests());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            oops            | the document is not a JSON Web Key Set
            []              | the document is not a JSON Web Key Set
            {"keys":7}      | the document is not a JSON Web Key Set
            {"keys":[7]}    | the document is not a JSON Web Key Set
            {"keys":{"a":1}} | the document is not a JSON Web Key Set
            {"keys":[]}     | the key set contains no usable RSA or P-256 key
            {"keys":[{}]}   | the key set contains no usable RSA or P-256 key
            {"keys":[{"kty":"RSA","kid":"a","n":7,"e":{}}]}       | the key set contains no usable RSA or P-256 key
            {"keys":[{"kty":"RSA","kid":7,"n":"AQAB","e":"AQAB"}]} | the key set contains no usable RSA or P-256 key
            {"keys":[{"kty":["RSA"],"kid":"a"}]}                   | the key set contains no usable RSA or P-256 key
            """)
    void a_wrong_key_set_is_rejected(String document, String reason) {
        issuer.publishText(document);
        assertReason("the issuer's keys are not available: " + reason, token(TestKey.RSA, 1));
    }

    @Test
    void a_key_set_with_too_many_keys_or_too_deep_is_rejected() {
        issuer.publishText("{\"keys\":[" + "{},".repeat(20) + TestKey.RSA.jwk() + "]}");
        assertReason(
                "the issuer's keys are not available: the key set has 21 keys, more than 20", token(TestKey.RSA, 1));
        issuer.publishText("[".repeat(60_000));
        clock.advance(Duration.ofMinutes(1));
        assertReason(
                "the issuer's keys are not available: the document is not a JSON Web Key Set", token(TestKey.RSA, 1));
        assertNull(status().fetched());
    }
}
