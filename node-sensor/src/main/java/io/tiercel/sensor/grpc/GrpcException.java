package io.tiercel.sensor.grpc;

import java.io.Serial;

/** A failure to serve or use the gRPC API. The message is complete and meant for users. */
public final class GrpcException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final boolean unreachable;

    GrpcException(String message) {
        this(message, false);
    }

    GrpcException(String message, boolean unreachable) {
        super(message);
        this.unreachable = unreachable;
    }

    /** Returns whether the sensor did not answer. */
    public boolean unreachable() {
        return unreachable;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
