package io.tiercel.functions.local.http;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.tiercel.functions.local.limit.ConnectionGuard;
import io.tiercel.functions.local.limit.Limits;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/**
 * Sets the options of the HTTP server. With TLS, it requires a client certificate. The equivalent Quarkus setting is fixed at build time,
 * and prevents a server without TLS from starting.
 */
@Singleton
final class HttpOptions implements HttpServerOptionsCustomizer {
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        ConnectionGuard.enable();
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        ConnectionGuard.enable();
        options.setClientAuth(ClientAuth.REQUIRED);
        options.setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
        options.setSslHandshakeTimeout(Limits.FIRST_REQUEST.toSeconds());
    }
}
