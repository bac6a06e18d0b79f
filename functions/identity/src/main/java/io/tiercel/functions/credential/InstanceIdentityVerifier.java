package io.tiercel.functions.credential;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.credential.IdentitySettings.Instances;
import io.tiercel.functions.enrich.ResourceNames;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.identity.SenderCredentials;
import io.tiercel.functions.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * Verifies EC2 instance identity documents: the PKCS #7 structure that the instance metadata service returns under {@code
 * /latest/dynamic/instance-identity/rsa2048}. It must be signed by the key of a configured certificate of AWS, with SHA-256.
 * Certificates in the structure are not used. AWS has one key per region, so the certificates also limit the regions.
 *
 * <p>A document does not expire, and every process with access to the instance's metadata service can read it. It proves that the
 * sender had this access once, now or earlier. Its copies stay valid when the instance is terminated. Therefore the instance must be
 * looked up before anything acts on it, and pods should have no access to the metadata service.
 */
final class InstanceIdentityVerifier {
    private static final int MIN_RSA_BITS = 2_048;
    private static final int MAX_CERTIFICATES = 100;
    private static final Set<String> SIGNATURE_ALGORITHMS =
            Set.of(PKCSObjectIdentifiers.rsaEncryption.getId(), PKCSObjectIdentifiers.sha256WithRSAEncryption.getId());

    private final List<RSAPublicKey> keys;
    private final Set<String> accounts;
    private final VerifiedSenders cache;

    /**
     * Creates a verifier.
     *
     * @throws IllegalArgumentException if the certificates are not valid
     */
    InstanceIdentityVerifier(Instances settings, VerifiedSenders cache) {
        this.keys = keys(settings.certificates());
        this.accounts = Set.copyOf(settings.accounts());
        this.cache = cache;
    }

    private static List<RSAPublicKey> keys(String pem) {
        Collection<? extends Certificate> certificates;
        try {
            certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
        } catch (CertificateException e) {
            throw invalidCertificates("contains an invalid certificate");
        }
        if (certificates.isEmpty() || certificates.size() > MAX_CERTIFICATES) {
            throw invalidCertificates(
                    "contains " + certificates.size() + " certificates, not 1 to " + MAX_CERTIFICATES);
        }
        List<RSAPublicKey> keys = new ArrayList<>();
        for (Certificate certificate : certificates) {
            if (!(certificate.getPublicKey() instanceof RSAPublicKey key)
                    || key.getModulus().bitLength() < MIN_RSA_BITS) {
                throw invalidCertificates("contains a certificate without an RSA key of " + MIN_RSA_BITS + " bits");
            }
            keys.add(key);
        }
        return List.copyOf(keys);
    }

    private static IllegalArgumentException invalidCertificates(String problem) {
        return new IllegalArgumentException(IdentitySettings.EC2_CERTIFICATES + " " + problem
                + ": use AWS's RSA-2048 certificates of your regions, PEM, one after the other");
    }

    /** Returns the sender of a document, verified or not. */
    Sender verify(String base64, Instant sentAt) {
        if (base64.length() > SenderCredentials.MAX_CHARACTERS) {
            return unverified(
                    "the instance identity has more than " + SenderCredentials.MAX_CHARACTERS + " characters");
        }
        String key = VerifiedSenders.key(base64);
        Sender known = cache.get(key, sentAt);
        if (known != null) {
            return known;
        }
        Sender sender = verify(base64);
        if (sender.verified()) {
            cache.put(key, new VerifiedSenders.Verified(sender, Instant.MIN, Instant.MAX));
        }
        return sender;
    }

    private Sender verify(String base64) {
        try {
            CMSSignedData signed = new CMSSignedData(Base64.getDecoder().decode(base64));
            return isSigned(signed)
                    ? sender((byte[]) signed.getSignedContent().getContent())
                    : unverified("the instance identity is not signed by a configured certificate");
        } catch (CMSException | OperatorCreationException | IOException | RuntimeException | StackOverflowError e) {
            // The parser recurses into structures that the sender nests.
            return unverified("the instance identity is not a valid signed document");
        }
    }

    private boolean isSigned(CMSSignedData signed) throws CMSException, OperatorCreationException {
        if (signed.isDetachedSignature()
                || !CMSObjectIdentifiers.data.getId().equals(signed.getSignedContentTypeOID())
                || signed.getSignerInfos().size() != 1) {
            return false;
        }
        SignerInformation signer = signed.getSignerInfos().iterator().next();
        if (!NISTObjectIdentifiers.id_sha256.getId().equals(signer.getDigestAlgOID())
                || !SIGNATURE_ALGORITHMS.contains(signer.getEncryptionAlgOID())) {
            return false;
        }
        for (RSAPublicKey key : keys) {
            try {
                if (signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(key))) {
                    return true;
                }
            } catch (CMSException e) {
                // Another key may have signed it.
            }
        }
        return false;
    }

    private Sender sender(byte[] document) throws IOException {
        JsonNode json = Json.SINGLE_DOCUMENT.readTree(document);
        String instanceId = json.path("instanceId").asText();
        String account = json.path("accountId").asText();
        if (!ResourceNames.isInstanceId(instanceId)) {
            return unverified("the instance identity contains no instance id");
        }
        if (!accounts.contains(account)) {
            return unverified(
                    "the instance is in an account that " + IdentitySettings.EC2_ACCOUNTS + " does not contain");
        }
        return Sender.ofInstance(instanceId, account);
    }

    private static Sender unverified(String reason) {
        return Sender.unverified(Sender.Kind.INSTANCE_IDENTITY, reason);
    }
}
