package io.tiercel.functions.lookup;

import io.tiercel.functions.respond.action.ActionException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

/** One operation of a service whose client of the SDK is not used: a signed POST with the SDK's signer, HTTP client and retries. */
public final class SignedPost {
    private final AwsConnection connection;
    private final Operation operation;
    private final Function<byte[], AwsErrorDetails> errorDetails;
    private final RetryStrategy retries = AwsConnection.retries();
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

    /**
     * The operation.
     *
     * @param service the service, in its host name and in signatures, for example {@code ec2}
     * @param name the name of the operation, for messages
     * @param path the path of the request
     * @param contentType the type of its body
     */
    public record Operation(String service, String name, String path, String contentType) {}

    /**
     * Creates the operation.
     *
     * @param errorDetails reads the code and the message from the body of a failed response. Throws {@link SdkClientException} if the
     *     response is not from the service, but from a proxy, for example
     */
    public SignedPost(AwsConnection connection, Operation operation, Function<byte[], AwsErrorDetails> errorDetails) {
        this.connection = connection;
        this.operation = operation;
        this.errorDetails = errorDetails;
    }

    /**
     * Sends a request and waits for the response.
     *
     * @param body the body of the request
     * @param read reads the body of a successful response; a {@link SdkException} counts as a failed attempt
     * @throws ActionException if the call fails, see {@link AwsFailures#failure}
     */
    public <T> T call(byte[] body, Function<byte[], T> read) {
        long deadline = System.nanoTime() + connection.timeouts().call().toNanos();
        RetryToken token = retries.acquireInitialToken(AcquireInitialTokenRequest.create(operation.name()))
                .token();
        while (true) {
            try {
                T response = read.apply(attempt(body));
                retries.recordSuccess(RecordSuccessRequest.create(token));
                return response;
            } catch (SdkException e) {
                RefreshRetryTokenResponse next = refresh(token, e);
                token = next.token();
                waitUntilNextAttempt(next.delay(), deadline, e);
            }
        }
    }

    private RefreshRetryTokenResponse refresh(RetryToken token, SdkException failure) {
        try {
            return retries.refreshRetryToken(RefreshRetryTokenRequest.builder()
                    .token(token)
                    .failure(failure)
                    .build());
        } catch (TokenAcquisitionFailedException e) {
            throw AwsFailures.failure(operation.name(), failure);
        }
    }

    private void waitUntilNextAttempt(Duration delay, long deadline, SdkException failure) {
        if (System.nanoTime() + delay.toNanos() >= deadline
                || Thread.currentThread().isInterrupted()) {
            throw AwsFailures.failure(operation.name(), failure);
        }
        LockSupport.parkNanos(delay.toNanos());
    }

    private byte[] attempt(byte[] body) {
        try {
            HttpExecuteResponse response =
                    connection.http().prepareRequest(request(body)).call();
            try (InputStream stream = response.responseBody()
                    .orElseGet(() -> AbortableInputStream.create(InputStream.nullInputStream()))) {
                byte[] received = stream.readAllBytes();
                if (!response.httpResponse().isSuccessful()) {
                    throw failure(response.httpResponse().statusCode(), received);
                }
                return received;
            }
        } catch (IOException e) {
            throw SdkClientException.create(String.valueOf(e.getMessage()), e);
        }
    }

    private HttpExecuteRequest request(byte[] body) {
        ContentStreamProvider content = () -> new ByteArrayInputStream(body);
        SdkHttpRequest unsigned = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(connection.endpoint(operation.service()).resolve(operation.path()))
                .putHeader("Content-Type", operation.contentType())
                .putHeader("Content-Length", Integer.toString(body.length))
                .build();
        SignedRequest signed = signer.sign(sign -> sign.identity(
                        connection.credentials().resolveCredentials())
                .request(unsigned)
                .payload(content)
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, operation.service())
                .putProperty(AwsV4HttpSigner.REGION_NAME, connection.region().id()));
        return HttpExecuteRequest.builder()
                .request(signed.request())
                .contentStreamProvider(signed.payload().orElse(content))
                .build();
    }

    private AwsServiceException failure(int status, byte[] body) {
        AwsErrorDetails details;
        try {
            details = errorDetails.apply(body);
        } catch (SdkClientException e) {
            // Only the status is known.
            details = AwsErrorDetails.builder().serviceName(operation.service()).build();
        }
        return AwsServiceException.builder()
                .statusCode(status)
                .awsErrorDetails(details)
                .build();
    }
}
