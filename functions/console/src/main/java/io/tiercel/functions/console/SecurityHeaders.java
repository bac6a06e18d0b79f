package io.tiercel.functions.console;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;

/** The headers of every response. */
final class SecurityHeaders {
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private SecurityHeaders() {}

    static void add(RoutingContext exchange) {
        MultiMap headers = exchange.response().headers();
        headers.set("Content-Security-Policy", POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        // Not no-referrer: browsers would then send "Origin: null" with the console's own forms. Other sites get no
        // referrer.
        headers.set("Referrer-Policy", "same-origin");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cache-Control", "no-store");
        exchange.next();
    }
}
