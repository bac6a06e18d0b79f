package io.tiercel.functions.cloud;

import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.receiver.Receiver;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;

/** Invokes Lambda functions asynchronously with {@code {"step": ID, "incident": {...}}}. Makes one attempt per call. */
public final class LambdaReceiver implements Receiver {
    private final LambdaClient api;

    public LambdaReceiver(AwsConnection connection) {
        // A repeated call would invoke the function twice if the first response was lost.
        this.api = connection.client(LambdaClient.builder(), DefaultRetryStrategy.doNotRetry());
    }

    @Override
    public String call(ActionContext context) {
        String document = "{\"step\":\"" + context.stepId() + "\",\"incident\":" + context.document() + "}";
        try {
            int status = AwsConnection.call(
                            "Invoke",
                            () -> api.invoke(invoke -> invoke.functionName(
                                            context.params().string("function"))
                                    .invocationType(InvocationType.EVENT)
                                    .payload(SdkBytes.fromUtf8String(document))))
                    .statusCode();
            return "Lambda responded with " + status;
        } catch (ActionException e) {
            // The kind NOT_FOUND is for targets. A missing function is a mistake in the policy.
            throw e.kind() == ActionException.Kind.NOT_FOUND ? ActionException.permanent(e.getMessage()) : e;
        }
    }
}
