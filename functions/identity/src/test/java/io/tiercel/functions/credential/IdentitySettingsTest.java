package io.tiercel.functions.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.credential.IdentitySettings.Instances;
import io.tiercel.functions.credential.IdentitySettings.Tokens;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the settings. */
@Tag("unit")
class IdentitySettingsTest {
    private static IdentitySettings parse(Map<String, String> settings) {
        return IdentitySettings.parse(
                name -> Optional.ofNullable(settings.get("TIERCEL_IDENTITY_" + name.substring(17))),
                (variable, location) -> variable + " from " + location);
    }

    private static void assertInvalid(String message, Map<String, String> settings) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> parse(settings))
                        .getMessage());
    }

    @Test
    void nothing_is_verified_by_default() {
        assertEquals(IdentitySettings.NONE, parse(Map.of()));
        assertFalse(parse(Map.of()).enabled());
        assertEquals(
                IdentitySettings.NONE,
                parse(Map.of(
                        "TIERCEL_IDENTITY_ISSUER", "  ",
                        "TIERCEL_IDENTITY_EC2_ACCOUNTS", "",
                        "TIERCEL_IDENTITY_AUDIENCE", "tiercel",
                        "TIERCEL_IDENTITY_KEYS", "issuer",
                        "TIERCEL_IDENTITY_REQUIRED", "false")));
    }

    @Test
    void an_issuer_turns_on_tokens_only() {
        IdentitySettings settings = parse(Map.of("TIERCEL_IDENTITY_ISSUER", "https://oidc.example/id/1"));
        assertEquals(
                new IdentitySettings(
                        new Tokens(
                                "https://oidc.example/id/1",
                                "tiercel",
                                "tiercel",
                                "tiercel-sensor",
                                new KeyLocation.Issuer()),
                        null,
                        false,
                        false),
                settings);
        assertTrue(settings.enabled());
    }

    @Test
    void all_settings_are_used() {
        IdentitySettings settings = parse(Map.of(
                "TIERCEL_IDENTITY_ISSUER", "kubernetes/serviceaccount",
                "TIERCEL_IDENTITY_AUDIENCE", "alerts",
                "TIERCEL_IDENTITY_SERVICE_ACCOUNT", "security/sensor.v2",
                "TIERCEL_IDENTITY_KEYS", "file:/etc/tiercel/keys.json",
                "TIERCEL_IDENTITY_EC2_CERTIFICATES", "ssm:/tiercel/aws",
                "TIERCEL_IDENTITY_EC2_ACCOUNTS", "111122223333, 444455556666,111122223333,",
                "TIERCEL_IDENTITY_CLIENT_CERTIFICATES", "true",
                "TIERCEL_IDENTITY_REQUIRED", "True"));
        assertEquals(
                new IdentitySettings(
                        new Tokens(
                                "kubernetes/serviceaccount",
                                "alerts",
                                "security",
                                "sensor.v2",
                                new KeyLocation.File(Path.of("/etc/tiercel/keys.json"))),
                        new Instances(
                                "TIERCEL_IDENTITY_EC2_CERTIFICATES from ssm:/tiercel/aws",
                                List.of("111122223333", "444455556666")),
                        true,
                        true),
                settings);
    }

    @Test
    void the_cluster_itself_can_name_its_issuer() {
        Tokens tokens = parse(Map.of("TIERCEL_IDENTITY_KEYS", "kubernetes")).tokens();
        assertEquals(new Tokens(null, "tiercel", "tiercel", "tiercel-sensor", new KeyLocation.Cluster()), tokens);
    }

    @ParameterizedTest
    @CsvSource({
        "http://oidc.example/id/1",
        "oidc.example/id/1",
        "https://",
        "https://user:secret@oidc.example/id/1",
        "https://oidc.example/id?a=b",
        "https://oidc.example/id#a",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "file:///etc/keys",
        "https://oidc example/",
    })
    void an_issuer_must_be_an_encrypted_url(String url) {
        assertInvalid(
                "TIERCEL_IDENTITY_ISSUER is not the URL of an issuer: use https://HOST/PATH, exactly as in the claim iss of the"
                        + " tokens",
                Map.of("TIERCEL_IDENTITY_ISSUER", url));
    }

    @ParameterizedTest
    @CsvSource({"http://127.0.0.1:8080/id", "http://localhost/id", "http://[::1]:9/id", "HTTPS://oidc.example:8443"})
    void an_issuer_on_the_loopback_interface_needs_no_encryption(String url) {
        assertTrue(parse(Map.of("TIERCEL_IDENTITY_ISSUER", url)).enabled());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            KEYS            | vault                | is not a source of keys: use issuer, kubernetes or file:/PATH with an absolute path of a JSON Web Key Set
            KEYS            | file:keys.json       | is not a source of keys: use issuer, kubernetes or file:/PATH with an absolute path of a JSON Web Key Set
            KEYS            | file:                | is not a source of keys: use issuer, kubernetes or file:/PATH with an absolute path of a JSON Web Key Set
            KEYS            | file:/keys.json      | is a file, but TIERCEL_IDENTITY_ISSUER is not set: set it to the issuer in the cluster's tokens
            REQUIRED        | true                 | is true, but no credential is verified: set TIERCEL_IDENTITY_ISSUER, TIERCEL_IDENTITY_EC2_CERTIFICATES or TIERCEL_IDENTITY_CLIENT_CERTIFICATES
            REQUIRED        | yes                  | is neither true nor false: use one of them
            CLIENT_CERTIFICATES | 1                | is neither true nor false: use one of them
            """)
    void an_invalid_setting_is_named_with_a_correction(String name, String value, String problem) {
        assertInvalid("TIERCEL_IDENTITY_" + name + " " + problem, Map.of("TIERCEL_IDENTITY_" + name, value));
    }

    @ParameterizedTest
    @CsvSource({"tiercel-sensor", "a/b/c", "Tiercel/sensor", "/sensor", "tiercel/", "tiercel:tiercel-sensor"})
    void a_service_account_has_a_namespace(String account) {
        assertInvalid(
                "TIERCEL_IDENTITY_SERVICE_ACCOUNT is not a service account: use NAMESPACE/NAME, for example tiercel/tiercel-sensor",
                Map.of("TIERCEL_IDENTITY_ISSUER", "https://a.example", "TIERCEL_IDENTITY_SERVICE_ACCOUNT", account));
    }

    @ParameterizedTest
    @CsvSource({"1111", "11112222333x", "'111122223333 444455556666'", "','"})
    void accounts_have_twelve_digits(String accounts) {
        assertInvalid(
                "TIERCEL_IDENTITY_EC2_ACCOUNTS is not a list of 1 to 100 account ids: use 12 digits each, separated by commas, for"
                        + " example 111122223333",
                Map.of("TIERCEL_IDENTITY_EC2_CERTIFICATES", "a", "TIERCEL_IDENTITY_EC2_ACCOUNTS", accounts));
    }

    @Test
    void instances_need_certificates_and_accounts() {
        assertInvalid(
                "TIERCEL_IDENTITY_EC2_ACCOUNTS is not set: EC2 instance identity needs both TIERCEL_IDENTITY_EC2_CERTIFICATES and"
                        + " TIERCEL_IDENTITY_EC2_ACCOUNTS",
                Map.of("TIERCEL_IDENTITY_EC2_CERTIFICATES", "a"));
        assertInvalid(
                "TIERCEL_IDENTITY_EC2_CERTIFICATES is not set: EC2 instance identity needs both TIERCEL_IDENTITY_EC2_CERTIFICATES"
                        + " and TIERCEL_IDENTITY_EC2_ACCOUNTS",
                Map.of("TIERCEL_IDENTITY_EC2_ACCOUNTS", "111122223333"));
    }

    @Test
    void long_values_are_rejected() {
        assertInvalid(
                "TIERCEL_IDENTITY_ISSUER has 1125 characters: the maximum is 1024",
                Map.of("TIERCEL_IDENTITY_ISSUER", "https://a.example/" + "a".repeat(1_107)));
    }

    @Test
    void keys_of_the_cluster_need_access_to_it() {
        IdentitySettings settings = parse(Map.of("TIERCEL_IDENTITY_KEYS", "kubernetes"));
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> SenderIdentity.create(settings, null, null, InstantSource.system()))
                .getMessage();
        assertEquals(
                "TIERCEL_IDENTITY_KEYS is kubernetes, but there is no access to a cluster: set TIERCEL_IDENTITY_KEYS to issuer or to"
                        + " a file, or configure the cluster",
                message);
        assertNull(SenderIdentity.create(IdentitySettings.NONE, null, null, InstantSource.system())
                .keys());
    }
}
