package io.tiercel.sensor.output;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Files in PEM form (RFC 7468) that a TLS client needs.
 *
 * @param ca certificates of who is trusted; null for those that the Java runtime trusts
 * @param certificate own certificate and those between it and its CA; null for none
 * @param key own private key, PKCS #8, not encrypted; null for none
 */
public record TlsFiles(
        @Nullable Path ca,
        @Nullable Path certificate,
        @Nullable Path key) {
    private static final int MAX_BYTES = 1 << 20;
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "Ed25519");
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    public TlsFiles {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("a client's certificate and its key are given together or not at all");
        }
    }

    /** The runtime's trust, and no certificate of one's own. */
    public static TlsFiles none() {
        return new TlsFiles(null, null, null);
    }

    /**
     * Reads the files.
     *
     * @throws IOException if one cannot be read or is not what it should be; the message names it
     */
    SSLContext context() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trust(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the files and keeps nothing.
     *
     * @throws IOException if one cannot be read or is not what it should be; the message names it
     */
    public void check() throws IOException {
        context();
    }

    /** Something that is another once one of the files is another. */
    String stamp() {
        StringBuilder stamp = new StringBuilder();
        for (Path file : java.util.Arrays.asList(ca, certificate, key)) {
            try {
                stamp.append(file == null ? "-" : Files.getLastModifiedTime(file) + "/" + Files.size(file));
            } catch (IOException e) {
                stamp.append("none");
            }
            stamp.append(' ');
        }
        return stamp.toString();
    }

    private javax.net.ssl.KeyManager @Nullable [] keys() throws IOException, GeneralSecurityException {
        if (certificate == null || key == null) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "own", privateKey(key), new char[0], certificates(certificate).toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private javax.net.ssl.TrustManager @Nullable [] trust() throws IOException, GeneralSecurityException {
        if (ca == null) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        for (Certificate trusted : certificates(ca)) {
            store.setCertificateEntry("ca" + number++, trusted);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException {
        try {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(read(file)));
            if (found.isEmpty()) {
                throw new IOException(file + " has no certificate in PEM form");
            }
            return found;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is no certificate in PEM form: " + e.getMessage(), e);
        }
    }

    /** Says nothing of the file's content if it is not a key. */
    private static PrivateKey privateKey(Path file) throws IOException {
        Matcher pem = KEY.matcher(new String(read(file), StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IOException(file + " has no unencrypted PKCS #8 key in PEM form (-----BEGIN PRIVATE KEY-----);"
                    + " `openssl pkcs8 -topk8 -nodes` makes one of others");
        }
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                // a key of another kind
            } catch (GeneralSecurityException e) {
                throw new IOException("this Java runtime knows no keys for " + algorithm, e);
            }
        }
        throw new IOException(file + " is a key of a kind that is not known here; there are EC, RSA and Ed25519");
    }

    private static byte[] read(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException(file + " cannot be read");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is too large for a certificate or key");
        }
        return Files.readAllBytes(file);
    }
}
