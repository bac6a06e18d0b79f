package io.tiercel.sensor.grpc;

import java.io.Serial;

/** A failure to serve or use the gRPC API. The message is complete and meant for users. */
public final class GrpcException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    GrpcException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
