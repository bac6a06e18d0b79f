package io.tiercel.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The certificate authorities that this process trusts. */
final class RegistryTrust {
    private static final String PASSWORD = "public"; // the store holds public certificates only

    private RegistryTrust() {}

    /**
     * Trusts the authorities of a PEM file beside those of the Java runtime. jib offers no setting for this and reads the default
     * store of the process, so call it before the first connection.
     *
     * @param store the file to write the trust store to
     */
    static void add(Path authorities, Path store) throws IOException {
        try {
            KeyStore all = KeyStore.getInstance("PKCS12");
            all.load(null, null);
            int count = 0;
            for (Certificate each : read(authorities)) {
                all.setCertificateEntry("added-" + count++, each);
            }
            for (Certificate each : ofTheRuntime()) {
                all.setCertificateEntry("runtime-" + count++, each);
            }
            try (OutputStream out = Files.newOutputStream(store)) {
                all.store(out, PASSWORD.toCharArray());
            }
        } catch (GeneralSecurityException e) {
            throw new ImageException(authorities + " cannot be used: " + e.getMessage());
        }
        System.setProperty("javax.net.ssl.trustStore", store.toString());
        System.setProperty("javax.net.ssl.trustStoreType", "PKCS12");
        System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
    }

    private static Collection<? extends Certificate> read(Path authorities)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(authorities)) {
            Collection<? extends Certificate> read =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (read.isEmpty()) {
                throw new ImageException(authorities + " contains no certificate in PEM format");
            }
            return read;
        } catch (CertificateException e) {
            throw new ImageException(authorities + " contains no certificate in PEM format");
        }
    }

    private static Collection<X509Certificate> ofTheRuntime() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        for (TrustManager each : factory.getTrustManagers()) {
            if (each instanceof X509TrustManager trust) {
                return List.of(trust.getAcceptedIssuers());
            }
        }
        return List.of();
    }
}
