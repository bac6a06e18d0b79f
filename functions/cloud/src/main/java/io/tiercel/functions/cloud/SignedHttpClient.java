package io.tiercel.functions.cloud;

import io.tiercel.functions.respond.action.ActionException;
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
 * Calls AWS with Signature Version 4. A call that fails for now is tried {@value #TRIES} times in all; after that, and for what
 * is worth no second try, it is an {@link ActionException}. Answers above {@value #MAX_ANSWER} bytes are refused.
 */
public final class SignedHttpClient {
    static final int TRIES = 3;
    static final int MAX_ANSWER = 16 * 1024 * 1024;

    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Region GLOBAL = Region.US_EAST_1;

    private final SdkHttpClient http;
    private final Supplier<? extends AwsCredentials> credentials;
    private final Region region;
    private final @Nullable URI endpoint;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

    /**
     * @param http with time-outs
     * @param credentials asked before each call
     * @param region where calls go
     * @param endpoint where they go instead, for all services; null for AWS's own
     */
    public SignedHttpClient(
            SdkHttpClient http, Supplier<? extends AwsCredentials> credentials, Region region, @Nullable URI endpoint) {
        this.http = http;
        this.credentials = credentials;
        this.region = region;
        this.endpoint = endpoint;
    }

    /**
     * With what the environment says, as the SDK reads it: region, credentials of the function, the pod or the instance, and
     * {@code AWS_ENDPOINT_URL}.
     */
    public static SignedHttpClient ofEnvironment(SdkHttpClient http) {
        DefaultCredentialsProvider credentials =
                DefaultCredentialsProvider.builder().build();
        String endpoint = System.getenv("AWS_ENDPOINT_URL");
        return new SignedHttpClient(
                http,
                credentials::resolveCredentials,
                DefaultAwsRegionProviderChain.builder().build().getRegion(),
                endpoint == null ? null : URI.create(endpoint));
    }

    /** A call of no use but to show who we are: its URL, signed, that whoever has it may make within this time. */
    URI presigned(String service, URI uri, Map<String, String> headers, Duration valid) {
        SdkHttpRequest.Builder request =
                SdkHttpRequest.builder().method(SdkHttpMethod.GET).uri(uri);
        headers.forEach(request::putHeader);
        return signer.sign(sign -> sign.identity(credentials.get())
                        .request(request.build())
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region.id())
                        .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AwsV4HttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, valid))
                .request()
                .getUri();
    }

    /**
     * An answer.
     *
     * @param status of HTTP
     * @param body in UTF-8
     */
    record Answer(int status, String body) {
        boolean success() {
            return status / 100 == 2;
        }
    }

    /** The region that calls go to. */
    String region() {
        return region.id();
    }

    /** The partition: {@code aws}, {@code aws-cn}, {@code aws-us-gov}. */
    String partition() {
        return Optional.ofNullable(region.metadata())
                .map(metadata -> metadata.partition().id())
                .orElse("aws");
    }

    /** Where a regional service is. */
    URI regional(String service) {
        return at(service + "." + region.id());
    }

    /** Where a service is that the partition has once; its calls are signed for that place. */
    URI global(String service) {
        return at(partition().equals("aws") ? service : service + "." + region.id());
    }

    private URI at(String name) {
        String suffix = Optional.ofNullable(region.metadata())
                .map(metadata -> metadata.partition().dnsSuffix())
                .orElse("amazonaws.com");
        return endpoint != null ? endpoint : URI.create("https://" + name + "." + suffix);
    }

    /** What an answer that is no success means. */
    interface Judge {
        /** What to throw for it. */
        ActionException failure(Answer answer);
    }

    /**
     * Makes a call.
     *
     * @param service name to sign for
     * @param everywhere whether the service is global
     * @param uri with path and query
     */
    Answer call(
            String service,
            boolean everywhere,
            SdkHttpMethod method,
            URI uri,
            Map<String, String> headers,
            String body,
            Judge judge) {
        return call(TRIES, service, everywhere, method, uri, headers, body, judge);
    }

    /** Makes a call, and whatever comes of it makes no other. */
    Answer callOnce(
            String service,
            boolean everywhere,
            SdkHttpMethod method,
            URI uri,
            Map<String, String> headers,
            String body,
            Judge judge) {
        return call(1, service, everywhere, method, uri, headers, body, judge);
    }

    private Answer call(
            int most,
            String service,
            boolean everywhere,
            SdkHttpMethod method,
            URI uri,
            Map<String, String> headers,
            String body,
            Judge judge) {
        ActionException failure = null;
        for (int tries = 0; tries < most; tries++) {
            if (failure != null) {
                LockSupport.parkNanos(PAUSE.multipliedBy(1L << tries).toNanos());
            }
            try {
                Answer answer = once(service, everywhere, method, uri, headers, body);
                if (answer.success()) {
                    return answer;
                }
                failure = judge.failure(answer);
            } catch (IOException e) {
                failure = ActionException.forNow(service + " did not answer: " + e.getMessage(), e);
            }
            if (failure.kind() != ActionException.Kind.PASSING) {
                throw failure;
            }
        }
        throw failure == null ? ActionException.because(service + " was not called") : failure;
    }

    private Answer once(
            String service, boolean everywhere, SdkHttpMethod method, URI uri, Map<String, String> headers, String body)
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
                        everywhere && partition().equals("aws") ? GLOBAL.id() : region.id())
                .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, !service.equals("s3"))
                .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, !service.equals("s3")));
        HttpExecuteRequest.Builder call = HttpExecuteRequest.builder().request(signed.request());
        if (method != SdkHttpMethod.GET) { // HttpURLConnection makes a POST of a GET that has a body, even an empty one
            call.contentStreamProvider(signed.payload().orElse(content));
        }
        HttpExecuteResponse response = http.prepareRequest(call.build()).call();
        try (InputStream answer =
                response.responseBody().orElseGet(() -> AbortableInputStream.create(InputStream.nullInputStream()))) {
            byte[] read = answer.readNBytes(MAX_ANSWER + 1);
            if (read.length > MAX_ANSWER) {
                throw ActionException.because(service + " answered with more than " + MAX_ANSWER + " bytes");
            }
            return new Answer(response.httpResponse().statusCode(), new String(read, StandardCharsets.UTF_8));
        }
    }
}
