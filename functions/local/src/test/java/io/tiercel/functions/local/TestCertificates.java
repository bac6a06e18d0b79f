package io.tiercel.functions.local;

import io.tiercel.functions.SecretFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for mutual TLS in tests. */
final class TestCertificates {
    private static final X500Name AUTHORITY = new X500Name("CN=test authority");
    private static final char[] PASSWORD = "password".toCharArray();

    private final KeyPair authorityKeys = keyPair();
    private final X509Certificate authority = certificate(AUTHORITY, authorityKeys, true);

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate certificate(X500Name subject, KeyPair keys, boolean isAuthority, GeneralName... names) {
        Instant now = Instant.now();
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    AUTHORITY,
                    BigInteger.valueOf(System.nanoTime()),
                    Date.from(now.minus(Duration.ofMinutes(5))),
                    Date.from(now.plus(Duration.ofHours(1))),
                    subject,
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            if (names.length > 0) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA").build(authorityKeys.getPrivate())));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes {@code ca.crt}, {@code server.crt} and {@code server.key} for localhost. */
    void writeServer(Path folder) throws IOException {
        KeyPair keys = keyPair();
        X509Certificate server =
                certificate(new X500Name("CN=server"), keys, false, new GeneralName(GeneralName.dNSName, "localhost"));
        try {
            write(folder.resolve("ca.crt"), "CERTIFICATE", authority.getEncoded());
            write(folder.resolve("server.crt"), "CERTIFICATE", server.getEncoded());
            write(folder.resolve("server.key"), "PRIVATE KEY", keys.getPrivate().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Path file, String type, byte[] content) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        SecretFile.write(file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    }

    /** Returns the TLS context of a client whose certificate has the names. */
    SSLContext client(GeneralName... names) {
        KeyPair keys = keyPair();
        X509Certificate client = certificate(new X500Name("CN=node-7"), keys, false, names);
        try {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, PASSWORD);
            own.setKeyEntry("client", keys.getPrivate(), PASSWORD, new Certificate[] {client, authority});
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(own, PASSWORD);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, PASSWORD);
            trusted.setCertificateEntry("authority", authority);
            TrustManagerFactory trustManagers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trustManagers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
