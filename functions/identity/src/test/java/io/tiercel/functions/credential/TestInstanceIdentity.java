package io.tiercel.functions.credential;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** A stand-in for AWS that signs instance identity documents: a key and its certificate. */
record TestInstanceIdentity(KeyPair pair, X509Certificate certificate) {
    static final String INSTANCE_ID = "i-0123456789abcdef0";
    static final String ACCOUNT = "111122223333";
    static final TestInstanceIdentity AWS = create(2_048);
    static final TestInstanceIdentity OTHER = create(2_048);

    static TestInstanceIdentity create(int bits) {
        try {
            KeyPair pair = TestKey.rsa("aws", bits).pair();
            X500Name name = new X500Name("CN=Amazon Web Services LLC (stand-in)");
            // Expired: AWS's certificates are pinned, so their validity does not matter.
            Date from = Date.from(Instant.parse("2015-08-14T00:00:00Z"));
            Date until = Date.from(Instant.parse("2016-08-14T00:00:00Z"));
            X509Certificate certificate = new JcaX509CertificateConverter()
                    .getCertificate(
                            new JcaX509v3CertificateBuilder(name, BigInteger.ONE, from, until, name, pair.getPublic())
                                    .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate())));
            return new TestInstanceIdentity(pair, certificate);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    static String document() {
        return document(INSTANCE_ID, ACCOUNT);
    }

    static String document(String instance, String account) {
        return """
                {
                  "accountId" : "%s",
                  "architecture" : "x86_64",
                  "availabilityZone" : "eu-west-1a",
                  "billingProducts" : null,
                  "imageId" : "ami-0123456789abcdef0",
                  "instanceId" : "%s",
                  "instanceType" : "m7g.large",
                  "pendingTime" : "2026-02-01T08:00:00Z",
                  "privateIp" : "10.0.0.1",
                  "region" : "eu-west-1",
                  "version" : "2017-09-30"
                }""".formatted(account, instance);
    }

    String pem() {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the document with signed attributes, its certificate inside, as the metadata service returns it. */
    String sign(String document) {
        return sign(document, "SHA256withRSA", true, false);
    }

    String sign(String document, String algorithm, boolean attached, boolean direct) {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            addSigner(generator, algorithm, direct);
            generator.addCertificates(new JcaCertStore(List.of(certificate)));
            return encode(generator, document, attached);
        } catch (GeneralSecurityException | OperatorCreationException | CMSException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a document with the signatures of both. */
    String signWith(TestInstanceIdentity second, String document) {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            addSigner(generator, "SHA256withRSA", false);
            second.addSigner(generator, "SHA256withRSA", false);
            return encode(generator, document, true);
        } catch (GeneralSecurityException | OperatorCreationException | CMSException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void addSigner(CMSSignedDataGenerator generator, String algorithm, boolean direct)
            throws OperatorCreationException, GeneralSecurityException {
        generator.addSignerInfoGenerator(
                new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                        .setDirectSignature(direct)
                        .build(new JcaContentSignerBuilder(algorithm).build(pair.getPrivate()), certificate));
    }

    /** AWS encodes with indefinite lengths (BER). */
    private static String encode(CMSSignedDataGenerator generator, String document, boolean attached)
            throws CMSException, IOException {
        return Base64.getEncoder()
                .encodeToString(generator
                        .generate(new CMSProcessableByteArray(document.getBytes(StandardCharsets.UTF_8)), attached)
                        .getEncoded("BER"));
    }
}
