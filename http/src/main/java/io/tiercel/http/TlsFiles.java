package io.tiercel.http;

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
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * PEM files (RFC 7468) of a TLS client.
 *
 * @param ca certificate authorities to trust; null for those of the Java runtime
 * @param certificate client certificate and intermediate certificates; null for none
 * @param key private key of the certificate, PKCS #8, unencrypted; null for none
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
            throw new IllegalArgumentException("a client certificate and its key must be set together");
        }
    }

    /** Returns the trust of the Java runtime, without a client certificate. */
    public static TlsFiles none() {
        return new TlsFiles(null, null, null);
    }

    /**
     * Reads the files.
     *
     * @throws IOException if a file is unreadable or invalid; the message names it
     */
    public SSLContext context() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trust(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    /**
     * Checks that the files are valid.
     *
     * @throws IOException if a file is unreadable or invalid; the message names it
     */
    public void check() throws IOException {
        context();
    }

    /** Returns a text that differs if a file changed. */
    public String fingerprint() {
        StringBuilder fingerprint = new StringBuilder();
        for (Path file : Arrays.asList(ca, certificate, key)) {
            try {
                fingerprint.append(file == null ? "-" : Files.getLastModifiedTime(file) + "/" + Files.size(file));
            } catch (IOException e) {
                fingerprint.append("none");
            }
            fingerprint.append(' ');
        }
        return fingerprint.toString();
    }

    private KeyManager @Nullable [] keys() throws IOException, GeneralSecurityException {
        if (certificate == null || key == null) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "client",
                privateKey(key),
                new char[0],
                certificates(certificate).toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private TrustManager @Nullable [] trust() throws IOException, GeneralSecurityException {
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
                throw new IOException(file + " contains no PEM certificate");
            }
            return found;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is not a PEM certificate: " + e.getMessage(), e);
        }
    }

    /** Reads a private key. Error messages never contain the file's content. */
    private static PrivateKey privateKey(Path file) throws IOException {
        Matcher pem = KEY.matcher(new String(read(file), StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IOException(file + " contains no unencrypted PKCS #8 key (-----BEGIN PRIVATE KEY-----);"
                    + " convert it with `openssl pkcs8 -topk8 -nodes`");
        }
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                // Not a key of this algorithm.
            } catch (GeneralSecurityException e) {
                throw new IOException("this Java runtime does not support " + algorithm + " keys", e);
            }
        }
        throw new IOException(file + " contains an unsupported key; use EC, RSA or Ed25519");
    }

    private static byte[] read(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException(file + " does not exist or is not readable");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is too large: certificates and keys have at most " + MAX_BYTES + " bytes");
        }
        return Files.readAllBytes(file);
    }
}
