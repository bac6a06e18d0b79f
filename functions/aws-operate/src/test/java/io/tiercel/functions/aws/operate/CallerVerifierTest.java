package io.tiercel.functions.aws.operate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.operate.Caller;
import io.tiercel.functions.operate.OperatorRole;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** The proof of a caller's identity, against an STS that verifies signatures. */
@Tag("unit")
class CallerVerifierTest {
    private static final String FUNCTION = "tiercel-operate";
    private static final String FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:tiercel-operate:live";
    private static final String ALICE = "arn:aws:sts::123456789012:assumed-role/responders/alice";
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private StsStub sts;
    private AwsCredentialsIdentity alice;
    private Instant now = NOW;

    @BeforeEach
    void start() throws Exception {
        sts = new StsStub();
        alice = sts.credentials(ALICE);
    }

    @AfterEach
    void stop() {
        sts.close();
    }

    private Caller caller(ObjectNode identity) throws Exception {
        return new CallerVerifier(new StsClient(Optional.of(sts.address())), () -> now, OperatorRole.RESPONDER)
                .caller(identity, FUNCTION, FUNCTION_ARN);
    }

    private static ObjectNode identity(String url, String function) {
        ObjectNode identity = JsonNodeFactory.instance.objectNode().put("url", url);
        identity.putObject("headers").put("x-tiercel-function", function);
        return identity;
    }

    private ObjectNode signed() {
        return identity(StsStub.presign(alice, FUNCTION, NOW), FUNCTION);
    }

    private String rejected(ObjectNode identity) {
        IdentityRejected rejected = assertThrows(IdentityRejected.class, () -> caller(identity));
        String message = String.valueOf(rejected.getMessage());
        assertFalse(message.contains("ASIA") || message.contains("Signature="), message);
        return message;
    }

    @Test
    void the_caller_is_the_owner_of_the_credentials() throws Exception {
        assertEquals(new Caller(ALICE, OperatorRole.RESPONDER), caller(signed()));
    }

    @Test
    void temporary_credentials_sign_too() throws Exception {
        assertEquals(ALICE, caller(signed()).name());
        now = NOW.plusSeconds(60);
        assertEquals(ALICE, caller(signed()).name(), "it is valid for 60 seconds");
    }

    @Test
    void without_a_proof_a_caller_can_only_read() throws Exception {
        CallerVerifier callers =
                new CallerVerifier(new StsClient(Optional.of(sts.address())), () -> now, OperatorRole.RESPONDER);
        Caller unknown = callers.caller(MissingNode.getInstance(), FUNCTION, FUNCTION_ARN);
        assertEquals(new Caller("aws:unidentified", OperatorRole.VIEWER), unknown);
        assertTrue(callers.lacksProof(unknown));
    }

    @Test
    void an_expired_proof_is_rejected() {
        now = NOW.plusSeconds(61);
        assertTrue(rejected(signed()).contains("more than 60 seconds ago"));
        now = NOW.minusSeconds(31);
        assertTrue(rejected(signed()).contains("in the future"));
    }

    @Test
    void a_proof_for_another_function_is_rejected() {
        assertTrue(rejected(identity(StsStub.presign(alice, "prod-operate", NOW), "prod-operate"))
                .contains("must be the name of this function"));
        assertTrue(rejected(identity(StsStub.presign(alice, "prod-operate", NOW), FUNCTION))
                .contains("STS rejects identity.url"));
    }

    @Test
    void a_proof_with_other_signed_headers_is_rejected() {
        String url = StsStub.presign(alice, FUNCTION, NOW);
        assertTrue(rejected(identity(url.replace("host%3Bx-tiercel-function", "host"), FUNCTION))
                .contains("X-Amz-SignedHeaders"));
        assertTrue(
                rejected(identity(url.replace("host%3Bx-tiercel-function", "host%3Bx-other"), FUNCTION))
                        .contains("X-Amz-SignedHeaders"),
                "the header of another service");
    }

    @Test
    void a_forged_signature_is_rejected() {
        String url = StsStub.presign(alice, FUNCTION, NOW);
        assertTrue(rejected(identity(url.substring(0, url.length() - 4) + "0000", FUNCTION))
                .contains("STS rejects"));
        AwsCredentialsIdentity forged = AwsCredentialsIdentity.create(alice.accessKeyId(), "guess");
        assertTrue(rejected(identity(StsStub.presign(forged, FUNCTION, NOW), FUNCTION))
                .contains("STS rejects"));
    }

    @Test
    void credentials_of_another_account_are_rejected() {
        AwsCredentialsIdentity other = sts.credentials("arn:aws:sts::999999999999:assumed-role/responders/alice");
        assertTrue(rejected(identity(StsStub.presign(other, FUNCTION, NOW), FUNCTION))
                .contains("another account"));
        AwsCredentialsIdentity partition = sts.credentials("arn:aws-cn:iam::123456789012:user/alice");
        assertTrue(rejected(identity(StsStub.presign(partition, FUNCTION, NOW), FUNCTION))
                .contains("another account"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:iam::123456789012:root",
                "arn:aws:iam::123456789012:user/division/alice",
                "arn:aws:sts::123456789012:federated-user/alice@example.com"
            })
    void other_principals(String arn) throws Exception {
        assertEquals(
                arn,
                caller(identity(StsStub.presign(sts.credentials(arn), FUNCTION, NOW), FUNCTION))
                        .name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://sts.eu-west-1.amazonaws.com/",
                "https://sts.eu-west-1.amazonaws.com.attacker.example/",
                "https://sts.attacker.example/",
                "https://attacker.example/sts.amazonaws.com/",
                "https://xsts.amazonaws.com/",
                "https://sts.eu-west-1.amazonaws.com:8443/",
                "https://sts.amazonaws.com@attacker.example/",
                "https://attacker.example@sts.amazonaws.com/",
                "https://attacker.example#sts.amazonaws.com/",
                "https://sts.a.b.amazonaws.com/",
                "https://STS.amazonaws.com.%00.example/",
                "https://169.254.169.254/",
                "https://sts.eu-west-1.amazonaws.com/latest/"
            })
    void other_hosts_are_never_called(String address) {
        sts.reply(_ -> new StsStub.Response(200, StsStub.response(ALICE)));
        String url = StsStub.presign(alice, FUNCTION, NOW).replace("https://" + StsStub.HOST + "/", address);
        assertTrue(rejected(identity(url, FUNCTION)).startsWith("identity.url"), url);
    }

    @Test
    void a_query_that_two_readers_could_split_differently_is_rejected() {
        String url = StsStub.presign(alice, FUNCTION, NOW);
        sts.reply(_ -> new StsStub.Response(200, StsStub.response(ALICE)));
        for (String other : List.of(
                url + "&Action=AssumeRole",
                url + "&Action=GetCallerIdentity",
                url + "&RoleArn=x",
                url + ";Action=AssumeRole",
                url + "&Act%69on=AssumeRole",
                url + "&",
                url + "&X-Amz-Security-Token=%zz",
                url.replace("GetCallerIdentity", "GetFederationToken"),
                url.replace("Action=GetCallerIdentity&", ""),
                url.replace("%2Fsts%2F", "%2Fs3%2F"),
                url.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
                url.replaceAll("X-Amz-Date=[0-9TZ]+", "X-Amz-Date=now"),
                "https://" + StsStub.HOST + "/",
                "https://" + StsStub.HOST + "/?" + "x".repeat(9000),
                "::")) {
            assertTrue(rejected(identity(other, FUNCTION)).startsWith("identity.url"), other);
        }
    }

    @Test
    void other_members_are_rejected() {
        ObjectNode header = signed();
        header.withObject("/headers").put("x-amz-security-token", "x");
        rejected(header);
        rejected(signed().put("method", "POST"));
        rejected(JsonNodeFactory.instance.objectNode());
    }

    @Test
    void the_response_is_bounded_and_no_entity_is_expanded() {
        for (StsStub.Response response : List.of(
                new StsStub.Response(200, "x".repeat(StsClient.MAX_BYTES + 1)),
                new StsStub.Response(200, "<GetCallerIdentityResponse>"),
                new StsStub.Response(200, "<Arn>" + ALICE + "</Arn>"),
                new StsStub.Response(
                        200,
                        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
                                + StsStub.response("arn:aws:sts::123456789012:assumed-role/x/&e;")),
                new StsStub.Response(200, StsStub.response("arn:aws:iam::123456789012:user/a b")),
                new StsStub.Response(200, StsStub.response("alice")),
                new StsStub.Response(302, ""),
                new StsStub.Response(400, "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>"),
                new StsStub.Response(503, ""))) {
            sts.reply(_ -> response);
            assertThrows(IdentityUnavailable.class, () -> caller(signed()), response.toString());
        }
    }

    @Test
    void a_service_that_does_not_answer_ends_after_three_seconds() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        sts.reply(_ -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new StsStub.Response(200, StsStub.response(ALICE));
        });
        Instant begin = Instant.now();
        IdentityUnavailable unavailable = assertThrows(IdentityUnavailable.class, () -> caller(signed()));
        assertTrue(Duration.between(begin, Instant.now()).toMillis() >= 2900);
        end.countDown();
        assertFalse(String.valueOf(unavailable.getMessage()).contains("Amz"));
    }

    @Test
    void a_failure_does_not_contain_the_proof() {
        IdentityUnavailable unavailable = assertThrows(
                IdentityUnavailable.class,
                () -> new StsClient(Optional.of(URI.create("http://127.0.0.1:1")))
                        .arn(PresignedIdentity.parse(signed(), FUNCTION, NOW), FUNCTION));
        assertFalse(String.valueOf(unavailable.getMessage()).contains("Amz"), unavailable::toString);
    }

    @Test
    void the_proof_has_no_text_form() throws Exception {
        assertEquals(
                "a presigned request for " + StsStub.HOST,
                PresignedIdentity.parse(signed(), FUNCTION, NOW).toString());
    }
}
