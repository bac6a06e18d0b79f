package io.tiercel.functions.lookup;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.rules.text.TextLimit;
import java.util.Objects;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** Converts failures of the SDK. Messages name the operation, the error code and what the service reports; they have no request. */
public final class AwsFailures {
    /** Error codes of a state that passes by itself, such as credentials that are replaced. The SDK knows the codes of throttling. */
    private static final Set<String> PASSING = Set.of(
            "ServiceUnavailable",
            "Unavailable",
            "InternalError",
            "InternalFailure",
            "RequestTimeout",
            "ExpiredToken",
            "ExpiredTokenException");

    private static final Set<String> NOT_FOUND =
            Set.of("NoSuchEntity", "NoSuchEntityException", "ResourceNotFoundException", "NotFoundException");

    private static final int MAX_MESSAGE_CHARS = 200;

    private AwsFailures() {}

    /**
     * Returns the exception for a failed call. Throttling, status 5xx and missing responses are {@code RETRYABLE}. Error codes of
     * objects that do not exist, and of malformed ids, are {@code NOT_FOUND}. All others are {@code PERMANENT}.
     */
    public static ActionException failure(String operation, SdkException failure) {
        if (!(failure instanceof AwsServiceException service)) {
            return ActionException.retryable(operation + ": " + clientProblem(failure), failure);
        }
        AwsErrorDetails details = service.awsErrorDetails();
        String code = errorCode(failure);
        String message = details == null ? "" : Objects.requireNonNullElse(details.errorMessage(), "");
        String text = operation + ": " + (code.isEmpty() ? "HTTP " + service.statusCode() : code) + ": "
                + TextLimit.cut(message, MAX_MESSAGE_CHARS);
        if (service.isThrottlingException()
                || service.isClockSkewException()
                || service.statusCode() >= 500
                || PASSING.contains(code)) {
            return ActionException.retryable(text, failure);
        }
        return NOT_FOUND.contains(code) || code.endsWith("NotFound") || code.endsWith(".Malformed")
                ? ActionException.notFound(text)
                : ActionException.permanent(text);
    }

    private static String clientProblem(SdkException failure) {
        return failure instanceof ApiCallTimeoutException || failure instanceof ApiCallAttemptTimeoutException
                ? "no response in time"
                : "no response: " + TextLimit.cut(String.valueOf(failure.getMessage()), MAX_MESSAGE_CHARS);
    }

    /** Returns the error code of a service; empty if the failure has none. */
    public static String errorCode(Throwable failure) {
        return failure instanceof AwsServiceException service && service.awsErrorDetails() != null
                ? Objects.requireNonNullElse(service.awsErrorDetails().errorCode(), "")
                : "";
    }
}
