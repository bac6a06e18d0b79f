package io.tiercel.functions.local.http;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * Requires a client certificate if the server uses TLS. The equivalent Quarkus setting is fixed at build time, and prevents a
 * server without TLS from starting.
 */
@Singleton
final class RequireClientCertificate implements HttpServerOptionsCustomizer {
    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        options.setClientAuth(ClientAuth.REQUIRED);
    }
}
