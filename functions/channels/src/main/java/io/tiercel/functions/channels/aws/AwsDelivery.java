package io.tiercel.functions.channels.aws;

import io.tiercel.functions.lookup.AwsFailures;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.respond.action.ActionException;
import java.time.Duration;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/** Converts failed calls to AWS into results of a delivery. */
public final class AwsDelivery {
    private AwsDelivery() {}

    /**
     * Makes a call. Throttling, status 5xx, expired credentials and missing responses are worth a retry. All other failures reject the
     * message, for example denied access or a topic that does not exist.
     *
     * @param operation the name of the operation, for the reason of a failure
     */
    public static DeliveryResult of(String operation, Supplier<DeliveryResult> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            return failed(AwsFailures.failure(operation, e));
        } catch (ActionException e) {
            return failed(e);
        }
    }

    private static DeliveryResult failed(ActionException failure) {
        String reason = String.valueOf(failure.getMessage());
        return failure.kind() == ActionException.Kind.RETRYABLE
                ? new DeliveryResult.Retry(Duration.ZERO, reason)
                : new DeliveryResult.Rejected(reason);
    }
}
