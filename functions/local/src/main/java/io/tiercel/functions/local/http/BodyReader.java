package io.tiercel.functions.local.http;

import io.tiercel.functions.local.limit.ByteBudget;
import io.tiercel.functions.local.limit.Limits;
import io.tiercel.functions.local.limit.ProcessingGate;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Receives the bodies of requests in place of Quarkus's body handler, within a budget of memory. Beyond it, a request gets status 503
 * and is sent again later. It runs after the filters, so that rejected requests use no memory.
 */
@Singleton
final class BodyReader {
    /** Later than the filters, whose routes have the same order, and before the body handler of Quarkus. */
    private static final int AFTER_FILTERS = 3_000;

    private static final long SWEEP_MILLIS = 500;

    /** The time in which a client may send the rest of a body that was refused, milliseconds. */
    private static final long DRAIN_MILLIS = 5_000;

    /** The paths with large bodies: posts of alerts, and direct calls of functions. */
    private static final Set<String> LARGE = Stream.concat(Stream.of("alerts"), TokenFilter.functions().stream())
            .map(name -> "/" + name)
            .collect(Collectors.toUnmodifiableSet());

    /** The bytes of bodies that are processed at the same time. Parsed, they need about twenty times as much of the heap. */
    private static final long PROCESSING = Runtime.getRuntime().maxMemory() / 48;

    private final Vertx vertx;
    private final ByteBudget budget = ByteBudget.ofHeap(Runtime.getRuntime().maxMemory());
    private final ProcessingGate largeBodies = new ProcessingGate(Math.max(Limits.MAX_BODY, PROCESSING / 4 * 3));

    /** Small bodies have a gate of their own, so that they do not wait for large ones. */
    private final ProcessingGate smallBodies = new ProcessingGate(PROCESSING / 4);

    /** The bodies that are being received, those without progress for longest first. */
    private final Set<IncomingBody> receiving = new LinkedHashSet<>();

    @Inject
    BodyReader(Vertx vertx) {
        this.vertx = vertx;
    }

    void register(@Observes @Priority(AFTER_FILTERS) Router router) {
        router.route().order(RequestFilter.AFTER_FILTER).handler(this::read);
        vertx.setPeriodic(SWEEP_MILLIS, _ -> sweep());
    }

    private void sweep() {
        List<IncomingBody> bodies;
        synchronized (receiving) {
            bodies = List.copyOf(receiving);
        }
        bodies.stream()
                .filter(body -> body.late() || body.stalled(Limits.BODY_PAUSE))
                .forEach(body -> {
                    remove(body);
                    body.giveUp(BodyReader::refuseLate);
                });
    }

    private static void refuseLate(RoutingContext exchange) {
        exchange.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        JsonResponse.error(exchange, 408, "the body did not arrive in time");
        JsonResponse.sent(exchange)
                .onComplete(_ -> exchange.request().connection().close());
    }

    private void remove(IncomingBody body) {
        synchronized (receiving) {
            receiving.remove(body);
        }
    }

    private void read(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        long declared = declaredSize(request);
        if (request.isEnded() || declared == 0) {
            exchange.next();
            return;
        }
        // A body that the server decompresses has none here.
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            refuseEncoding(exchange);
            return;
        }
        int max = maximum(exchange.normalizedPath());
        boolean known = declared > 0;
        if (known && declared > max) {
            refuseSize(exchange, max);
            return;
        }
        ByteBudget.Reservation reservation = budget.reservation();
        int expected = known ? (int) declared : Math.min(max, ByteBudget.SMALL);
        if (!reserve(reservation, expected)) {
            refuseForNow(exchange);
            return;
        }
        Context context = vertx.getOrCreateContext();
        IncomingBody body = new IncomingBody(exchange, context, reservation, expected, max);
        Admission admission = new Admission(reservation);
        admission.attachTo(exchange);
        exchange.addEndHandler(_ -> {
            remove(body);
            body.end();
            admission.responseEnded();
        });
        synchronized (receiving) {
            receiving.add(body);
        }
        request.handler(part -> receive(exchange, body, part, max));
        request.endHandler(_ -> complete(exchange, body, admission, context));
        if (request.getHeader(HttpHeaders.EXPECT) != null) {
            exchange.response().writeContinue();
        }
        request.resume();
    }

    /** Returns the value of {@code Content-Length}; 0 without a body, -1 for a chunked one. */
    private static long declaredSize(HttpServerRequest request) {
        if (request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null) {
            return -1;
        }
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static int maximum(String path) {
        return LARGE.contains(path) ? Limits.MAX_BODY : Limits.MAX_SMALL_BODY;
    }

    /** Reserves memory, if necessary that of bodies that make no progress. */
    private boolean reserve(ByteBudget.Reservation reservation, long bytes) {
        while (!reservation.extendTo(bytes)) {
            IncomingBody stalled = firstStalled();
            if (stalled == null || stalled.reservation().equals(reservation)) {
                return false;
            }
            remove(stalled);
            stalled.giveUp(this::refuseForNow);
        }
        return true;
    }

    private @Nullable IncomingBody firstStalled() {
        synchronized (receiving) {
            return receiving.stream()
                    .filter(body -> body.stalled(Limits.BODY_PAUSE_UNDER_PRESSURE))
                    .findFirst()
                    .orElse(null);
        }
    }

    private void receive(RoutingContext exchange, IncomingBody body, Buffer part, int max) {
        if (body.ended()) {
            return;
        }
        long size = body.sizeWith(part);
        if (size > max) {
            drop(body);
            refuseSize(exchange, max);
        } else if (!reserve(body.reservation(), size)) {
            drop(body);
            refuseForNow(exchange);
        } else if (body.add(part)) {
            synchronized (receiving) {
                if (receiving.remove(body)) {
                    receiving.add(body);
                }
            }
        }
    }

    private void drop(IncomingBody body) {
        remove(body);
        body.end();
        body.reservation().release();
    }

    private void complete(RoutingContext exchange, IncomingBody body, Admission admission, Context context) {
        remove(body);
        Buffer content = body.end();
        if (content != null) {
            RoutingContextInternal request = (RoutingContextInternal) exchange;
            request.setBody(content);
            request.visitHandler(RoutingContextInternal.BODY_HANDLER);
            ProcessingGate gate = content.length() <= ByteBudget.SMALL ? smallBodies : largeBodies;
            admission.enter(gate, content.length(), () -> context.runOnContext(_ -> exchange.next()));
        }
    }

    private void refuseSize(RoutingContext exchange, int max) {
        String size = max == Limits.MAX_BODY ? max / (1 << 20) + " MiB" : max / (1 << 10) + " KiB";
        drain(exchange);
        JsonResponse.error(exchange, 413, "the body is larger than " + size);
    }

    private void refuseEncoding(RoutingContext exchange) {
        drain(exchange);
        exchange.response().putHeader(HttpHeaders.ACCEPT_ENCODING, "gzip, deflate");
        JsonResponse.error(
                exchange, 415, "the encoding of the body is unknown; send gzip, deflate or no Content-Encoding");
    }

    private void refuseForNow(RoutingContext exchange) {
        drain(exchange);
        JsonResponse.unavailable(exchange, "too many bodies are being received; retry later");
    }

    /**
     * Discards the rest of the body, so that the client receives the response instead of a reset of the connection. Then closes the
     * connection, because some clients do not send the rest.
     */
    private void drain(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        exchange.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        request.handler(_ -> {});
        request.endHandler(_ ->
                JsonResponse.sent(exchange).onComplete(_ -> request.connection().close()));
        request.resume();
        vertx.setTimer(DRAIN_MILLIS, _ -> {
            if (!request.isEnded()) {
                request.connection().close();
            }
        });
    }
}
