package io.tiercel.functions.credential;

import static io.tiercel.functions.credential.TestInstanceIdentity.ACCOUNT;
import static io.tiercel.functions.credential.TestInstanceIdentity.AWS;
import static io.tiercel.functions.credential.TestInstanceIdentity.INSTANCE_ID;
import static io.tiercel.functions.credential.TestInstanceIdentity.OTHER;
import static io.tiercel.functions.credential.TestInstanceIdentity.document;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.identity.SenderCredentials;
import io.tiercel.functions.identity.SenderVerifier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests EC2 instance identity documents, signed by certificates of these tests. */
@Tag("unit")
class InstanceIdentityTest {
    private static final SenderVerifier VERIFIER = verifier(OTHER.pem() + AWS.pem());
    private static final String SIGNED = AWS.sign(document());

    private static SenderVerifier verifier(String certificates) {
        Map<String, String> settings = Map.of(
                IdentitySettings.EC2_CERTIFICATES,
                "aws.pem",
                IdentitySettings.EC2_ACCOUNTS,
                "444455556666, " + ACCOUNT);
        return SenderIdentity.create(
                IdentitySettings.parse(
                        name -> Optional.ofNullable(settings.get(name)), (variable, location) -> certificates),
                null,
                null,
                new TestClock());
    }

    private static Sender verify(SenderVerifier verifier, String identity) {
        return verifier.verify(new SenderCredentials(null, identity, List.of()), Instant.now());
    }

    private static void assertReason(String reason, String identity) {
        assertEquals(Sender.unverified(Sender.Kind.INSTANCE_IDENTITY, reason), verify(VERIFIER, identity));
    }

    @Test
    void a_document_signed_by_a_configured_certificate_proves_the_instance() {
        assertTrue(SIGNED.startsWith("MIAG"), "indefinite length");
        for (int i = 0; i < 3; i++) {
            assertEquals(Sender.ofInstance(INSTANCE_ID, ACCOUNT), verify(VERIFIER, SIGNED));
        }
        assertEquals(
                Sender.ofInstance("i-01234567", ACCOUNT),
                verify(VERIFIER, OTHER.sign(document("i-01234567", ACCOUNT))));
    }

    @Test
    void a_signature_without_attributes_is_accepted() {
        String direct = AWS.sign(document(), "SHA256withRSA", true, true);
        assertEquals(Sender.ofInstance(INSTANCE_ID, ACCOUNT), verify(VERIFIER, direct));
    }

    @Test
    void the_certificate_in_the_document_is_not_used() {
        TestInstanceIdentity unknown = TestInstanceIdentity.create(2_048);
        assertReason("the instance identity is not signed by a configured certificate", unknown.sign(document()));
    }

    @Test
    void other_algorithms_and_structures_are_rejected() {
        String reason = "the instance identity is not signed by a configured certificate";
        assertReason(reason, AWS.sign(document(), "SHA1withRSA", true, false));
        assertReason(reason, AWS.sign(document(), "SHA512withRSA", true, false));
        assertReason(reason, AWS.sign(document(), "SHA256withRSA", false, false));
        assertReason(reason, AWS.signWith(OTHER, document()));
    }

    @ParameterizedTest
    @CsvSource({
        "i-0123456789ABCDEF0, 111122223333, the instance identity contains no instance id",
        "i-012345678, 111122223333, the instance identity contains no instance id",
        "'', 111122223333, the instance identity contains no instance id",
        INSTANCE_ID
                + ", 999999999999, the instance is in an account that TIERCEL_IDENTITY_EC2_ACCOUNTS does not contain",
        INSTANCE_ID + ", '', the instance is in an account that TIERCEL_IDENTITY_EC2_ACCOUNTS does not contain",
    })
    void other_instances_and_accounts_are_rejected(String instance, String account, String reason) {
        assertReason(reason, AWS.sign(document(instance, account)));
    }

    @Test
    void a_signed_text_that_is_not_a_document_is_rejected() {
        assertReason("the instance identity is not a valid signed document", AWS.sign("oops"));
        assertReason("the instance identity is not a valid signed document", AWS.sign(document() + "{}"));
        assertReason("the instance identity contains no instance id", AWS.sign("[]"));
    }

    @Test
    void hostile_structures_are_rejected() {
        String reason = "the instance identity is not a valid signed document";
        for (String text : List.of("", "====", "not base64!", "AAAA", SIGNED.substring(0, 400), SIGNED + "\n")) {
            assertReason(reason, text);
        }
        byte[] nested = new byte[12_000];
        Arrays.fill(nested, (byte) 0x30);
        for (int i = 1; i < nested.length; i += 2) {
            nested[i] = (byte) 0x80;
        }
        assertReason(reason, Base64.getEncoder().encodeToString(nested));
        // A length of 2 GiB.
        assertReason(reason, Base64.getEncoder().encodeToString(new byte[] {0x30, (byte) 0x84, 0x7f, -1, -1, -1, 4}));
        assertReason("the instance identity has more than 16384 characters", "A".repeat(16 * 1024 + 1));
    }

    @Test
    void unusable_certificates_are_an_error_of_the_configuration() {
        String correction = ": use AWS's RSA-2048 certificates of your regions, PEM, one after the other";
        assertInvalid("contains 0 certificates, not 1 to 100" + correction, "");
        assertInvalid(
                "contains a certificate without an RSA key of 2048 bits" + correction,
                TestInstanceIdentity.create(1_024).pem());
        assertInvalid(
                "contains an invalid certificate" + correction,
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    }

    private static void assertInvalid(String message, String certificates) {
        assertEquals(
                "TIERCEL_IDENTITY_EC2_CERTIFICATES " + message,
                assertThrows(IllegalArgumentException.class, () -> verifier(certificates))
                        .getMessage());
    }

    @Property
    void a_changed_structure_proves_nothing_else(
            @ForAll @IntRange(max = 1_000_000) int position, @ForAll @IntRange(min = 1, max = 255) int bits) {
        byte[] bytes = Base64.getDecoder().decode(SIGNED);
        bytes[position % bytes.length] ^= (byte) bits;
        Sender sender = verify(VERIFIER, Base64.getEncoder().encodeToString(bytes));
        // Changes of parts that are not used, such as the certificate, have no effect.
        assertTrue(!sender.verified() || sender.equals(Sender.ofInstance(INSTANCE_ID, ACCOUNT)), sender.toString());
    }

    @Property
    void a_changed_document_proves_nothing(
            @ForAll @IntRange(max = 1_000_000) int position, @ForAll @IntRange(min = 1, max = 255) int bits) {
        byte[] bytes = Base64.getDecoder().decode(SIGNED);
        int start = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(document());
        assertTrue(start > 0, "the document is in one piece");
        bytes[start + position % document().length()] ^= (byte) bits;
        assertReason(
                "the instance identity is not signed by a configured certificate",
                Base64.getEncoder().encodeToString(bytes));
    }
}
