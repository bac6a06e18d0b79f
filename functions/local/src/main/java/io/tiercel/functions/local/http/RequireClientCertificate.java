package io.tiercel.functions.local.http;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * Where the server speaks TLS, it listens to nobody without a certificate. Quarkus's own setting for this holds for every
 * server that is built, and keeps one without TLS from starting.
 */
@Singleton
final class RequireClientCertificate implements HttpServerOptionsCustomizer {
    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        options.setClientAuth(ClientAuth.REQUIRED);
    }
}
