/** Alerts over gRPC: Falco's services and our own stream, for subscribers that are never waited for. */
@NullMarked
package io.tiercel.sensor.grpc;

import org.jspecify.annotations.NullMarked;
