/**
 * Alerts over gRPC: Falco's services, the stream {@code tiercel.v1.Alerts}, and a client of that stream.
 *
 * <p>May use {@code output}, {@code socket} and the rules engine.
 *
 * <p>The event thread only adds alerts to a ring buffer. Threads of the server run connections, calls and streams.
 */
@NullMarked
package io.tiercel.sensor.grpc;

import org.jspecify.annotations.NullMarked;
