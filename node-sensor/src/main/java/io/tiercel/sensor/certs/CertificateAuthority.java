package io.tiercel.sensor.certs;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate authority that signs server and client certificates. All keys are on the curve P-256. */
public final class CertificateAuthority {
    private static final int SERIAL_BITS = 127;
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern URI = Pattern.compile("[a-z][a-z0-9+.-]*://.*");

    /** The validity period of a certificate. */
    public record Validity(Instant from, Instant to) {}

    private final Credential credential;

    private CertificateAuthority(Credential credential) {
        this.credential = credential;
    }

    /** Creates an authority. */
    public static CertificateAuthority create(String name, Validity validity) {
        KeyPair keys = keys();
        X500Name subject = name(name);
        return new CertificateAuthority(sign(subject, keys, subject, keys, validity, List.of(), null));
    }

    /** Returns the certificate and key of the authority. */
    public Credential credential() {
        return credential;
    }

    /**
     * Issues a server certificate.
     *
     * @param names DNS names and addresses of the server, at least one; the first is the common name
     */
    public Credential issueServer(List<String> names, Validity validity) {
        return issue(names, KeyPurposeId.id_kp_serverAuth, validity);
    }

    /**
     * Issues a client certificate.
     *
     * @param name DNS name or SPIFFE URI of the client
     */
    public Credential issueClient(String name, Validity validity) {
        return issue(List.of(name), KeyPurposeId.id_kp_clientAuth, validity);
    }

    private Credential issue(List<String> names, KeyPurposeId purpose, Validity validity) {
        KeyPair keys = keys();
        KeyPair signer = new KeyPair(credential.certificate().getPublicKey(), credential.key());
        X500Name issuer = X500Name.getInstance(
                credential.certificate().getSubjectX500Principal().getEncoded());
        return sign(issuer, signer, name(names.getFirst()), keys, validity, names, purpose);
    }

    private static Credential sign(
            X500Name issuer,
            KeyPair signer,
            X500Name subject,
            KeyPair keys,
            Validity validity,
            List<String> names,
            @Nullable KeyPurposeId purpose) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE),
                    Date.from(validity.from()),
                    Date.from(validity.to()),
                    subject,
                    keys.getPublic());
            var identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(purpose == null));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(keys.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers.createAuthorityKeyIdentifier(signer.getPublic()));
            if (purpose == null) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            } else {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(names.stream()
                                .map(CertificateAuthority::alternativeName)
                                .toArray(GeneralName[]::new)));
            }
            var signature = new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate());
            return new Credential(
                    new JcaX509CertificateConverter().getCertificate(builder.build(signature)), keys.getPrivate());
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalArgumentException("cannot create the certificate: " + e.getMessage(), e);
        }
    }

    private static X500Name name(String common) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, common).build();
    }

    private static GeneralName alternativeName(String name) {
        int kind = GeneralName.dNSName;
        if (ADDRESS.matcher(name).matches()) {
            kind = GeneralName.iPAddress;
        } else if (URI.matcher(name).matches()) {
            kind = GeneralName.uniformResourceIdentifier;
        }
        return new GeneralName(kind, name);
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime does not support the curve P-256", e);
        }
    }
}
