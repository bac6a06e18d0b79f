package io.tiercel.functions.lookup;

import io.tiercel.functions.respond.action.ActionException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.retries.api.RetryStrategy;

/**
 * The HTTP client, credentials, region, endpoint and timeouts that all calls to AWS share. Calls are retried as in the SDK's retry mode
 * {@code standard}: at most 3 attempts, with backoff, if the service throttles, fails or does not respond.
 *
 * @param http the HTTP client
 * @param credentials called before each request
 * @param region the region of the calls
 * @param endpoint replaces the endpoints of all services; null for those of AWS
 * @param timeouts the time limits of each call
 */
public record AwsConnection(
        SdkHttpClient http,
        AwsCredentialsProvider credentials,
        Region region,
        @Nullable URI endpoint,
        Timeouts timeouts) {
    private static final Duration MAX_CONNECT_TIME = Duration.ofSeconds(2);

    /**
     * The time limits of a call.
     *
     * @param attempt the time of one attempt
     * @param call the time of all attempts and of the waiting between them
     */
    public record Timeouts(Duration attempt, Duration call) {
        /** The limits of calls that actions make. A step has 45 seconds, so that a call that hangs leaves time for others. */
        public static final Timeouts ACTIONS = new Timeouts(Duration.ofSeconds(4), Duration.ofSeconds(10));

        /** Returns the limits of a lookup whose caller waits for one attempt. */
        public static Timeouts lookup(Duration attempt) {
            Duration all = attempt.multipliedBy(2);
            return new Timeouts(attempt, all.compareTo(ACTIONS.call) < 0 ? all : ACTIONS.call);
        }
    }

    /**
     * Creates a connection from the environment, as the SDK does: region, credentials of the function, the pod or the instance, and
     * {@code AWS_ENDPOINT_URL}.
     */
    public static AwsConnection fromEnvironment(Timeouts timeouts) {
        return fromEnvironment(timeouts, null, null);
    }

    /**
     * Creates a connection from the environment.
     *
     * @param region the region of the calls; null for that of the environment
     * @param endpoint replaces the endpoints of all services; null for {@code AWS_ENDPOINT_URL}, or without it those of AWS
     * @throws SdkException if {@code region} is null and the environment has no region
     */
    public static AwsConnection fromEnvironment(Timeouts timeouts, @Nullable Region region, @Nullable URI endpoint) {
        String ofEnvironment = System.getenv("AWS_ENDPOINT_URL");
        Region known =
                region == null ? DefaultAwsRegionProviderChain.builder().build().getRegion() : region;
        return new AwsConnection(
                httpClient(timeouts),
                DefaultCredentialsProvider.builder().build(),
                known,
                endpoint == null && ofEnvironment != null ? URI.create(ofEnvironment) : endpoint,
                timeouts);
    }

    /** Returns whether the environment, as the SDK reads it, names a region. May ask the instance metadata service. */
    public static boolean environmentHasRegion() {
        try {
            DefaultAwsRegionProviderChain.builder().build().getRegion();
            return true;
        } catch (SdkException e) {
            return false;
        }
    }

    /** Returns an HTTP client for these limits. It rejects responses that exceed {@link BoundedHttpClient#MAX_RESPONSE_BYTES}. */
    public static SdkHttpClient httpClient(Timeouts timeouts) {
        return new BoundedHttpClient(UrlConnectionHttpClient.builder()
                .connectionTimeout(
                        timeouts.attempt().compareTo(MAX_CONNECT_TIME) < 0 ? timeouts.attempt() : MAX_CONNECT_TIME)
                .socketTimeout(timeouts.attempt())
                .build());
    }

    /** Returns the retry strategy of the calls. */
    public static RetryStrategy retries() {
        return AwsRetryStrategy.standardRetryStrategy();
    }

    /** Configures and creates a client of the SDK. */
    public <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
        return client(builder, retries());
    }

    /** Configures and creates a client of the SDK with its own retry strategy. */
    public <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
            B builder, RetryStrategy retries) {
        builder.httpClient(http)
                .credentialsProvider(credentials)
                .region(region)
                .overrideConfiguration(override -> override.retryStrategy(retries)
                        .apiCallAttemptTimeout(timeouts.attempt())
                        .apiCallTimeout(timeouts.call()));
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return builder.build();
    }

    /** Returns the partition: {@code aws}, {@code aws-cn}, {@code aws-us-gov}. */
    public String partition() {
        return Optional.ofNullable(region.metadata())
                .map(metadata -> metadata.partition().id())
                .orElse("aws");
    }

    /** Returns the endpoint of a service in this region. */
    URI endpoint(String service) {
        if (endpoint != null) {
            return endpoint;
        }
        String suffix = Optional.ofNullable(region.metadata())
                .map(metadata -> metadata.partition().dnsSuffix())
                .orElse("amazonaws.com");
        return URI.create("https://" + service + "." + region.id() + "." + suffix);
    }

    /**
     * Makes a call.
     *
     * @param operation the name of the operation, for the message of a failure
     * @throws ActionException if the call fails, see {@link AwsFailures#failure}
     */
    public static <T> T call(String operation, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw AwsFailures.failure(operation, e);
        }
    }
}
