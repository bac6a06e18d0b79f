package io.tiercel.functions.console;

import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;

/** Adds a handler that may block to a route. The host of the console decides about threads and limits. */
public interface RouteBinder {
    /** Adds the handler to the route. */
    void blocking(Route route, Handler<RoutingContext> handler);
}
