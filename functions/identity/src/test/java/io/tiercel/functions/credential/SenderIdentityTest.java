package io.tiercel.functions.credential;

import static io.tiercel.functions.credential.TestClaims.ISSUED;
import static io.tiercel.functions.credential.TestClaims.NODE;
import static io.tiercel.functions.credential.TestInstanceIdentity.ACCOUNT;
import static io.tiercel.functions.credential.TestInstanceIdentity.INSTANCE_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.identity.ClusterKeySource;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.identity.SenderCredentials;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests combinations of credentials and of settings. */
@Tag("unit")
class SenderIdentityTest {
    private static final Map<String, String> TOKENS = Map.of(IdentitySettings.KEYS, "kubernetes");
    private static final Map<String, String> INSTANCES =
            Map.of(IdentitySettings.EC2_CERTIFICATES, "aws.pem", IdentitySettings.EC2_ACCOUNTS, ACCOUNT);

    private static final Map<String, String> CERTIFICATES = Map.of(IdentitySettings.CLIENT_CERTIFICATES, "true");

    private static final String TOKEN = TestKey.RSA.token(TestClaims.valid());
    private static final String WRONG_TOKEN = TestKey.OTHER_RSA.token(TestClaims.valid());
    private static final String IDENTITY = TestInstanceIdentity.AWS.sign(TestInstanceIdentity.document());
    private static final String WRONG_IDENTITY = TestInstanceIdentity.OTHER.sign(TestInstanceIdentity.document());

    private static final Sender NO_KEY =
            Sender.unverified(Sender.Kind.SERVICE_ACCOUNT, "the issuer has no key with the id in the token");
    private static final Sender NOT_SIGNED = Sender.unverified(
            Sender.Kind.INSTANCE_IDENTITY, "the instance identity is not signed by a configured certificate");

    @SafeVarargs
    private static SenderIdentity identity(Map<String, String>... settings) {
        return SenderIdentity.create(
                IdentitySettings.parse(
                        name -> Stream.of(settings)
                                .flatMap(map -> Optional.ofNullable(map.get(name)).stream())
                                .findFirst(),
                        (variable, location) -> TestInstanceIdentity.AWS.pem()),
                null,
                new ClusterKeySource() {
                    @Override
                    public String discoveryDocument() {
                        return "{\"issuer\":\"" + TestClaims.ISSUER + "\"}";
                    }

                    @Override
                    public String keySet() {
                        return TestKey.keySet(TestKey.RSA);
                    }
                },
                new TestClock());
    }

    private static Sender verify(
            SenderIdentity identity, @Nullable String token, @Nullable String document, String... names) {
        return identity.verify(new SenderCredentials(token, document, List.of(names)), ISSUED);
    }

    @Test
    void the_first_credential_determines_the_sender() {
        SenderIdentity both = identity(TOKENS, INSTANCES, CERTIFICATES);
        assertEquals(Sender.ofNode(NODE), verify(both, TOKEN, IDENTITY, "host-1"));
        assertEquals(Sender.ofInstance(INSTANCE_ID, ACCOUNT), verify(both, null, IDENTITY, "host-1"));
        assertEquals(Sender.ofHost("host-1"), verify(both, null, null, "host-1"));
        assertEquals(Sender.NONE, verify(both, null, null));
    }

    @Test
    void one_wrong_credential_makes_the_sender_unverified() {
        SenderIdentity both = identity(TOKENS, INSTANCES);
        assertEquals(NO_KEY, verify(both, WRONG_TOKEN, IDENTITY, "host-1"));
        assertEquals(NOT_SIGNED, verify(both, TOKEN, WRONG_IDENTITY, "host-1"));
        assertEquals(NOT_SIGNED, verify(both, null, WRONG_IDENTITY, "host-1"));
        assertEquals(NO_KEY, verify(both, WRONG_TOKEN, null, "host-1"));
        assertEquals(
                "the token is not a signed JSON Web Token",
                verify(both, "", IDENTITY, "host-1").reason());
    }

    @Test
    void credentials_that_this_deployment_does_not_verify_prove_nothing() {
        assertEquals(Sender.ofInstance(INSTANCE_ID, ACCOUNT), verify(identity(INSTANCES), WRONG_TOKEN, IDENTITY));
        assertEquals(Sender.ofNode(NODE), verify(identity(TOKENS), TOKEN, WRONG_IDENTITY));
        assertEquals(
                Sender.unverified(
                        Sender.Kind.SERVICE_ACCOUNT,
                        "it sent no EC2 instance identity document; this deployment does not verify its service account token"),
                verify(identity(INSTANCES), TOKEN, null));
        assertEquals(
                Sender.unverified(
                        Sender.Kind.INSTANCE_IDENTITY,
                        "it sent no service account token; this deployment does not verify its EC2 instance identity document"),
                verify(identity(TOKENS), null, IDENTITY));
        // Falco with the shared client certificate of a mutual TLS connection.
        assertEquals(
                Sender.unverified(
                        Sender.Kind.CLIENT_CERTIFICATE,
                        "it sent no service account token; this deployment does not verify its client certificate"),
                verify(identity(TOKENS), null, null, "host-1"));
    }

    @Test
    void without_settings_nobody_is_verified() {
        SenderIdentity none = identity();
        assertEquals(Sender.NONE, verify(none, null, null));
        assertFalse(verify(none, TOKEN, IDENTITY, "host-1").verified());
        assertFalse(verify(none, null, null, "host-1").verified());
        assertFalse(none.required());
        assertNull(none.keys());
    }

    @Test
    void client_certificates_can_be_the_only_credentials() {
        assertEquals(Sender.ofHost("host-1"), verify(identity(CERTIFICATES), null, null, "host-1"));
        SenderIdentity required = identity(CERTIFICATES, Map.of(IdentitySettings.REQUIRED, "TRUE"));
        assertTrue(required.required());
        assertEquals(Sender.ofHost("host-1"), verify(required, null, null, "host-1"));
    }

    @ParameterizedTest
    @CsvSource({
        "*.example.com, the client certificate's DNS name is not a host name",
        "'', the client certificate's DNS name is not a host name",
        "'a b', the client certificate's DNS name is not a host name",
        "a/../b, the client certificate's DNS name is not a host name",
        "-a, the client certificate's DNS name is not a host name",
    })
    void a_certificate_name_must_be_a_host_name(String name, String reason) {
        assertEquals(
                Sender.unverified(Sender.Kind.CLIENT_CERTIFICATE, reason),
                verify(identity(TOKENS, CERTIFICATES), null, null, name));
    }

    @Test
    void several_names_or_a_long_one_name_no_host() {
        assertEquals(
                Sender.unverified(Sender.Kind.CLIENT_CERTIFICATE, "the client certificate has several DNS names"),
                verify(identity(TOKENS, CERTIFICATES), null, null, "host-1", "host-2"));
        assertEquals(
                Sender.unverified(
                        Sender.Kind.CLIENT_CERTIFICATE, "the client certificate's DNS name is not a host name"),
                verify(identity(TOKENS, CERTIFICATES), null, null, "a".repeat(254)));
    }

    @Test
    void a_shared_certificate_without_a_host_name_does_not_invalidate_a_token() {
        assertEquals(Sender.ofNode(NODE), verify(identity(TOKENS, CERTIFICATES), TOKEN, null, "host-1", "host-2"));
    }

    @Test
    void credentials_have_no_text_form() {
        SenderCredentials credentials = new SenderCredentials(TOKEN, IDENTITY, List.of("host-1"));
        assertFalse(credentials.toString().contains(TOKEN.substring(0, 20)));
        assertFalse(credentials.toString().contains(IDENTITY.substring(0, 20)));
    }
}
