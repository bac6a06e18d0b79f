package io.tiercel.sensor.grpc;

import java.io.Serial;

/** The API cannot be offered or used; the message is for the user and complete. */
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
