package io.tiercel.functions.operate;

/** The operations of operators. The local server, the Lambda function, the command line and the console share it. */
public interface OperatorApi {
    /**
     * Performs an operation. Failures are answers with a status of 400 or more, and not exceptions.
     *
     * @param caller the operator; the operation checks the role
     */
    OperatorAnswer call(OperatorRequest request, Caller caller);
}
