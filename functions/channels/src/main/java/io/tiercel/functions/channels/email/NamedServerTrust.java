package io.tiercel.functions.channels.email;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts the certificate of one host. The mail client verifies no name after STARTTLS, so this class verifies it, as RFC 9525 says: by the
 * subject alternative names only, and with a wildcard for the whole leftmost label only.
 */
final class NamedServerTrust extends X509ExtendedTrustManager {
    private static final int DNS_NAME = 2;
    private static final int ADDRESS = 7;

    private final String host;
    private final X509TrustManager authorities;

    /**
     * Creates the trust.
     *
     * @param host the name or address of the server
     * @param pem the certificates to trust; null for those of the Java runtime
     * @throws IllegalArgumentException if {@code pem} contains no certificates
     */
    NamedServerTrust(String host, @Nullable String pem) {
        this.host = host.toLowerCase(Locale.ROOT);
        this.authorities = authorities(pem);
    }

    private static X509TrustManager authorities(@Nullable String pem) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(pem == null ? null : store(pem));
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the certificates of ca cannot be read", e);
        }
    }

    private static KeyStore store(String pem) throws GeneralSecurityException, IOException {
        Collection<? extends Certificate> certificates = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        if (certificates.isEmpty()) {
            throw new CertificateException("there is no certificate");
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (Certificate certificate : certificates) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        return store;
    }

    private void verify(X509Certificate[] chain, String authType) throws CertificateException {
        authorities.checkServerTrusted(chain, authType);
        Collection<List<?>> names = Objects.requireNonNullElse(chain[0].getSubjectAlternativeNames(), List.of());
        if (names.stream().noneMatch(this::matches)) {
            throw new CertificateException("the certificate is not for " + host);
        }
    }

    private boolean matches(List<?> name) {
        if (!(name.getFirst() instanceof Integer type) || !(name.get(1) instanceof String text)) {
            return false;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        int dot = host.indexOf('.');
        return switch (type) {
            case ADDRESS -> lower.equals(host);
            case DNS_NAME -> lower.equals(host) || dot > 0 && lower.equals("*" + host.substring(dot));
            default -> false;
        };
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        verify(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        verify(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        verify(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this is not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("this is not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("this is not a server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
