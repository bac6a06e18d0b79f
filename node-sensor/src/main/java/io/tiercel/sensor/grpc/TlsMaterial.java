package io.tiercel.sensor.grpc;

import io.tiercel.rules.file.SecretFiles;
import io.tiercel.sensor.grpc.GrpcOptions.MutualTlsFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The contents of three PEM files, checked for consistency.
 *
 * @param chain certificate, followed by intermediate certificates
 * @param key private key of the first certificate
 * @param authorities trusted authorities
 */
record TlsMaterial(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {
    private static final int MAX_BYTES = 1 << 20;
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";

    /**
     * Reads the files.
     *
     * @throws GrpcException if a file is invalid, or other users can access the key
     */
    static TlsMaterial read(MutualTlsFiles files) throws GrpcException {
        List<X509Certificate> chain = certificates(files.certificate());
        PrivateKey key = key(files.key());
        if (!matches(chain.getFirst(), key)) {
            throw new GrpcException(
                    files.key() + " is not the private key of the certificate in " + files.certificate());
        }
        return new TlsMaterial(chain, key, certificates(files.authority()));
    }

    /** Creates a trust manager that trusts these authorities only. */
    X509TrustManager trustManager() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority-" + i, authorities.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager trust) {
                    return trust;
                }
            }
            throw new IllegalStateException("the Java runtime has no X.509 trust manager");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot create a trust manager from parsed certificates", e);
        }
    }

    private static List<X509Certificate> certificates(Path file) throws GrpcException {
        try {
            List<X509Certificate> read =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes(file)))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (read.isEmpty()) {
                throw new GrpcException(file + " contains no PEM certificate (-----BEGIN CERTIFICATE-----)");
            }
            return read;
        } catch (CertificateException e) {
            throw new GrpcException(file + " contains an invalid PEM certificate");
        }
    }

    private static PrivateKey key(Path file) throws GrpcException {
        try {
            SecretFiles.check(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        String text = new String(bytes(file), StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(KEY_BEGIN);
        int end = text.indexOf(KEY_END);
        if (begin < 0 || end < begin) {
            throw new GrpcException(file + " contains no unencrypted PKCS #8 key (" + KEY_BEGIN
                    + "); convert it with: openssl pkcs8 -topk8 -nodes -in OLD -out NEW");
        }
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(text.substring(begin + KEY_BEGIN.length(), end));
        } catch (IllegalArgumentException e) {
            throw new GrpcException(file + " contains an invalid key: not Base64");
        }
        for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException e) {
                // Not a key of this algorithm.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("the Java runtime does not support " + algorithm, e);
            }
        }
        throw new GrpcException(file + " contains an unsupported key; use EC, RSA or EdDSA");
    }

    private static byte[] bytes(Path file) throws GrpcException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new GrpcException(file + " is larger than " + MAX_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static GrpcException unreadable(Path file, IOException e) {
        return new GrpcException(
                switch (e) {
                    case NoSuchFileException _ -> file + " does not exist";
                    case FileSystemException _ -> "cannot read " + file + ": " + e;
                    default -> String.valueOf(e.getMessage());
                });
    }

    /** Returns true if the certificate verifies a signature of the key. */
    private static boolean matches(X509Certificate certificate, PrivateKey key) {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "EdDSA";
        };
        byte[] probe = {1, 2, 3};
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(probe);
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(probe);
            return verifying.verify(signing.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
