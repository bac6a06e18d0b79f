package io.tiercel.functions.cloud;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.retry.Backoff;
import io.tiercel.rules.text.TextLimit;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * An HTTP client that signs requests with AWS Signature Version 4. It makes at most {@value #MAX_ATTEMPTS} attempts if a failure
 * is retryable, and throws {@link ActionException} after the last one. It rejects responses of more than {@value
 * #MAX_RESPONSE_BYTES} bytes.
 */
public final class SignedHttpClient {
    static final int MAX_ATTEMPTS = 3;
    static final int MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(400), Duration.ofMillis(800));
    private static final Region GLOBAL_SIGNING_REGION = Region.US_EAST_1;

    private final SdkHttpClient http;
    private final Supplier<? extends AwsCredentials> credentials;
    private final Region region;
    private final @Nullable URI endpoint;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

    /**
     * Creates a client.
     *
     * @param http the HTTP client, which sets the timeouts
     * @param credentials called before each request
     * @param region the region of the calls
     * @param endpoint replaces the endpoints of all services; null for those of AWS
     */
    public SignedHttpClient(
            SdkHttpClient http, Supplier<? extends AwsCredentials> credentials, Region region, @Nullable URI endpoint) {
        this.http = http;
        this.credentials = credentials;
        this.region = region;
        this.endpoint = endpoint;
    }

    /**
     * Creates a client from the environment, as the SDK does: region, credentials of the function, the pod or the instance, and
     * {@code AWS_ENDPOINT_URL}.
     */
    public static SignedHttpClient fromEnvironment(SdkHttpClient http) {
        DefaultCredentialsProvider credentials =
                DefaultCredentialsProvider.builder().build();
        String endpoint = System.getenv("AWS_ENDPOINT_URL");
        return new SignedHttpClient(
                http,
                credentials::resolveCredentials,
                DefaultAwsRegionProviderChain.builder().build().getRegion(),
                endpoint == null ? null : URI.create(endpoint));
    }

    /** Returns the presigned URL of a GET request. The holder of the URL can make the request until the signature expires. */
    URI presign(String service, URI uri, Map<String, String> headers, Duration validity) {
        SdkHttpRequest.Builder request =
                SdkHttpRequest.builder().method(SdkHttpMethod.GET).uri(uri);
        headers.forEach(request::putHeader);
        return signer.sign(sign -> sign.identity(credentials.get())
                        .request(request.build())
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region.id())
                        .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AwsV4HttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, validity))
                .request()
                .getUri();
    }

    /**
     * A response.
     *
     * @param status the HTTP status
     * @param body the body, decoded as UTF-8
     */
    record Response(int status, String body) {
        boolean success() {
            return status / 100 == 2;
        }
    }

    /** Returns the region of the calls. */
    String region() {
        return region.id();
    }

    /** Returns the partition: {@code aws}, {@code aws-cn}, {@code aws-us-gov}. */
    String partition() {
        return Optional.ofNullable(region.metadata())
                .map(metadata -> metadata.partition().id())
                .orElse("aws");
    }

    /** Returns the endpoint of a regional service. */
    URI regionalEndpoint(String service) {
        return endpoint(service + "." + region.id());
    }

    /** Returns the endpoint of a service that has one endpoint for the whole partition. */
    URI globalEndpoint(String service) {
        return endpoint(partition().equals("aws") ? service : service + "." + region.id());
    }

    private URI endpoint(String hostPrefix) {
        String suffix = Optional.ofNullable(region.metadata())
                .map(metadata -> metadata.partition().dnsSuffix())
                .orElse("amazonaws.com");
        return endpoint != null ? endpoint : URI.create("https://" + hostPrefix + "." + suffix);
    }

    /** Converts an unsuccessful response into an exception. */
    interface FailureMapper {
        /** Returns the exception for a response. */
        ActionException failure(Response response);
    }

    /** Returns a mapper that retries status 429 and 5xx. Its messages begin with the name of the operation. */
    static FailureMapper failureByStatus(String operation) {
        return response -> {
            String text = operation + ": HTTP " + response.status() + ": " + TextLimit.cut(response.body(), 200);
            return response.status() >= 500 || response.status() == 429
                    ? ActionException.retryable(text, null)
                    : ActionException.permanent(text);
        };
    }

    /**
     * Makes a call. Retries retryable failures with exponential backoff.
     *
     * @param service the service name for signing
     * @param global whether the service has one endpoint for all regions
     * @param uri the URI with path and query
     * @param mapper converts unsuccessful responses
     */
    Response call(
            String service,
            boolean global,
            SdkHttpMethod method,
            URI uri,
            Map<String, String> headers,
            String body,
            FailureMapper mapper) {
        return call(MAX_ATTEMPTS, service, global, method, uri, headers, body, mapper);
    }

    /** Makes a call without retries. */
    Response callOnce(
            String service,
            boolean global,
            SdkHttpMethod method,
            URI uri,
            Map<String, String> headers,
            String body,
            FailureMapper mapper) {
        return call(1, service, global, method, uri, headers, body, mapper);
    }

    private Response call(
            int maxAttempts,
            String service,
            boolean global,
            SdkHttpMethod method,
            URI uri,
            Map<String, String> headers,
            String body,
            FailureMapper mapper) {
        ActionException failure = null;
        for (int attempt = 0; attempt < maxAttempts; attempt++) {
            if (failure != null) {
                LockSupport.parkNanos(BACKOFF.delay(attempt).toNanos());
            }
            try {
                Response response = send(service, global, method, uri, headers, body);
                if (response.success()) {
                    return response;
                }
                failure = mapper.failure(response);
            } catch (IOException e) {
                failure = ActionException.retryable("no response from " + service + ": " + e.getMessage(), e);
            }
            if (failure.kind() != ActionException.Kind.RETRYABLE) {
                throw failure;
            }
        }
        throw failure == null ? ActionException.permanent(service + " was not called") : failure;
    }

    private Response send(
            String service, boolean global, SdkHttpMethod method, URI uri, Map<String, String> headers, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        SdkHttpRequest.Builder request = SdkHttpRequest.builder().method(method).uri(uri);
        headers.forEach(request::putHeader);
        ContentStreamProvider content = () -> new ByteArrayInputStream(bytes);
        SignedRequest signed = signer.sign(sign -> sign.identity(credentials.get())
                .request(request.build())
                .payload(content)
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                .putProperty(
                        AwsV4HttpSigner.REGION_NAME,
                        global && partition().equals("aws") ? GLOBAL_SIGNING_REGION.id() : region.id())
                .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, !service.equals("s3"))
                .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, !service.equals("s3")));
        HttpExecuteRequest.Builder call = HttpExecuteRequest.builder().request(signed.request());
        if (method != SdkHttpMethod.GET) { // HttpURLConnection turns a GET with a body, even an empty one, into a POST
            call.contentStreamProvider(signed.payload().orElse(content));
        }
        HttpExecuteResponse response = http.prepareRequest(call.build()).call();
        try (InputStream stream =
                response.responseBody().orElseGet(() -> AbortableInputStream.create(InputStream.nullInputStream()))) {
            byte[] read = stream.readNBytes(MAX_RESPONSE_BYTES + 1);
            if (read.length > MAX_RESPONSE_BYTES) {
                throw ActionException.permanent(
                        "the response of " + service + " exceeds " + MAX_RESPONSE_BYTES + " bytes");
            }
            return new Response(response.httpResponse().statusCode(), new String(read, StandardCharsets.UTF_8));
        }
    }
}
