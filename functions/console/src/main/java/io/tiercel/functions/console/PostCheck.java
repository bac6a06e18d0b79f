package io.tiercel.functions.console;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Objects;

/** Refuses forms that a page of another origin sends, including the form of the login, which has no session yet. */
final class PostCheck {
    private static final String FORM = "application/x-www-form-urlencoded";

    private PostCheck() {}

    static void check(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        String origin = request.getHeader("Origin");
        String site = request.getHeader("Sec-Fetch-Site");
        HostAndPort authority = request.authority();
        String own = request.scheme() + "://" + authority;
        String type = Objects.requireNonNullElse(request.getHeader("Content-Type"), FORM);
        if ((origin != null && (authority == null || !origin.equals(own)))
                || (site != null && !site.equals("same-origin"))) {
            PageWriter.plain(exchange, 403, "Requests from other origins are not allowed.");
        } else if (!type.toLowerCase(Locale.ROOT).startsWith(FORM)) {
            PageWriter.plain(exchange, 415, "The console accepts forms only.");
        } else {
            exchange.next();
        }
    }
}
