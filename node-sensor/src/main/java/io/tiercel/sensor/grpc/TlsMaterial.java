package io.tiercel.sensor.grpc;

import io.tiercel.sensor.grpc.GrpcOptions.TlsFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
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
import java.util.Set;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * What three PEM files hold, known to fit together.
 *
 * @param chain own certificate, then those that lead to the authority's
 * @param key key of the first of them
 * @param authorities whose signatures are believed
 */
record TlsMaterial(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {
    private static final int MAX_BYTES = 1 << 20;
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    /**
     * Reads the files.
     *
     * @throws GrpcException if one cannot be used, or others may read the key
     */
    static TlsMaterial read(TlsFiles files) throws GrpcException {
        List<X509Certificate> chain = certificates(files.certificate());
        PrivateKey key = key(files.key());
        if (!fit(chain.getFirst(), key)) {
            throw new GrpcException(files.key() + " is not the key of the certificate in " + files.certificate());
        }
        return new TlsMaterial(chain, key, certificates(files.authority()));
    }

    /** A trust manager that believes the authorities alone. */
    X509TrustManager trust() {
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
            throw new IllegalStateException("this Java has no X.509 trust manager");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("certificates that were read cannot be used", e);
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
                throw new GrpcException(file + " holds no certificate (PEM, -----BEGIN CERTIFICATE-----)");
            }
            return read;
        } catch (CertificateException e) {
            throw new GrpcException(file + " holds no certificates that can be read (PEM)");
        }
    }

    private static PrivateKey key(Path file) throws GrpcException {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw new GrpcException(file + " may be read by everybody; a key is for its owner: chmod 600 " + file);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        String text = new String(bytes(file), StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(KEY_BEGIN);
        int end = text.indexOf(KEY_END);
        if (begin < 0 || end < begin) {
            throw new GrpcException(file + " holds no unencrypted PKCS #8 key (" + KEY_BEGIN
                    + "); openssl pkcs8 -topk8 -nodes -in OLD -out NEW makes one of other forms");
        }
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(text.substring(begin + KEY_BEGIN.length(), end));
        } catch (IllegalArgumentException e) {
            throw new GrpcException(file + " holds a damaged key");
        }
        for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException e) {
                // a key of another algorithm
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java has " + algorithm, e);
            }
        }
        throw new GrpcException(file + " holds a key that is neither EC, RSA nor EdDSA");
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
                e instanceof NoSuchFileException ? "there is no file " + file : file + " cannot be read (" + e + ")");
    }

    /** Whether what the key signs is what the certificate verifies. */
    private static boolean fit(X509Certificate certificate, PrivateKey key) {
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
