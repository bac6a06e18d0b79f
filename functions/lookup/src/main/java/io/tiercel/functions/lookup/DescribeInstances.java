package io.tiercel.functions.lookup;

import io.tiercel.functions.respond.action.ActionException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
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

/** The call {@code DescribeInstances} of EC2, API version 2016-11-15. */
final class DescribeInstances {
    private static final String OPERATION = "DescribeInstances";

    private final AwsConnection connection;
    private final RetryStrategy retries = AwsConnection.retries();
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

    DescribeInstances(AwsConnection connection) {
        this.connection = connection;
    }

    /**
     * Describes an instance and returns the root element of the response.
     *
     * @throws ActionException if the call fails; its kind is {@code NOT_FOUND} if the instance does not exist
     */
    XmlElement call(String instanceId) {
        long deadline = System.nanoTime() + connection.timeouts().call().toNanos();
        RetryToken token = retries.acquireInitialToken(AcquireInitialTokenRequest.create(OPERATION))
                .token();
        while (true) {
            try {
                XmlElement response = attempt(instanceId);
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
            throw AwsFailures.failure(OPERATION, failure);
        }
    }

    private static void waitUntilNextAttempt(Duration delay, long deadline, SdkException failure) {
        if (System.nanoTime() + delay.toNanos() >= deadline
                || Thread.currentThread().isInterrupted()) {
            throw AwsFailures.failure(OPERATION, failure);
        }
        LockSupport.parkNanos(delay.toNanos());
    }

    private XmlElement attempt(String instanceId) {
        try {
            HttpExecuteResponse response =
                    connection.http().prepareRequest(request(instanceId)).call();
            try (InputStream stream = response.responseBody()
                    .orElseGet(() -> AbortableInputStream.create(InputStream.nullInputStream()))) {
                byte[] body = stream.readAllBytes();
                if (!response.httpResponse().isSuccessful()) {
                    throw failure(response.httpResponse().statusCode(), body);
                }
                return XmlElement.parse(body);
            }
        } catch (IOException e) {
            throw SdkClientException.create(String.valueOf(e.getMessage()), e);
        }
    }

    private HttpExecuteRequest request(String instanceId) {
        byte[] body = ("Action=" + OPERATION + "&Version=2016-11-15&InstanceId.1="
                        + URLEncoder.encode(instanceId, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
        ContentStreamProvider content = () -> new ByteArrayInputStream(body);
        SdkHttpRequest unsigned = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(connection.endpoint("ec2").resolve("/"))
                .putHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                .putHeader("Content-Length", Integer.toString(body.length))
                .build();
        SignedRequest signed = signer.sign(sign -> sign.identity(
                        connection.credentials().resolveCredentials())
                .request(unsigned)
                .payload(content)
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "ec2")
                .putProperty(AwsV4HttpSigner.REGION_NAME, connection.region().id()));
        return HttpExecuteRequest.builder()
                .request(signed.request())
                .contentStreamProvider(signed.payload().orElse(content))
                .build();
    }

    private static AwsServiceException failure(int status, byte[] body) {
        AwsErrorDetails.Builder details = AwsErrorDetails.builder().serviceName("Ec2");
        try {
            XmlElement.parse(body).elements("Errors/Error").stream()
                    .findFirst()
                    .ifPresent(error -> details.errorCode(error.text("Code").orElse(""))
                            .errorMessage(error.text("Message").orElse("")));
        } catch (SdkClientException e) {
            // The response is not from EC2, but from a proxy, for example. Only the status is known.
        }
        return AwsServiceException.builder()
                .statusCode(status)
                .awsErrorDetails(details.build())
                .build();
    }
}
