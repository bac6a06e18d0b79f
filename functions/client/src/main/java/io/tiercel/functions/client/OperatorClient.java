package io.tiercel.functions.client;

import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.operate.OperatorRequest;

/** Calls operations as the operator whose credential the client has. Implementations are thread-safe. */
public interface OperatorClient extends AutoCloseable {
    /**
     * Calls an operation and waits for its answer. Failures of the connection are answers too, see {@link ClientProblem}. Only
     * operations that read are repeated.
     */
    OperatorAnswer call(OperatorRequest request);

    @Override
    void close();
}
