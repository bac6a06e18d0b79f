package io.tiercel.functions.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.Region;

/**
 * Proves who invokes a function: a presigned request {@code GetCallerIdentity}, which the function sends to AWS STS. A signed
 * header names the function, so that the request proves nothing to others. It is valid for 60 seconds.
 */
final class CallerIdentity {
    /** The signed header. */
    static final String FUNCTION_HEADER = "x-tiercel-function";

    private static final Duration VALIDITY = Duration.ofSeconds(60);

    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final AwsCredentialsProvider credentials;
    private final Region region;
    private final Clock clock;

    CallerIdentity(AwsCredentialsProvider credentials, Region region, Clock clock) {
        this.credentials = credentials;
        this.region = region;
        this.clock = clock;
    }

    /** Returns the member {@code identity} of a request. It is a secret for as long as it is valid. */
    ObjectNode prove(String function) {
        String suffix = Optional.ofNullable(region.metadata())
                .map(metadata -> metadata.partition().dnsSuffix())
                .orElse("amazonaws.com");
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.GET)
                .uri(URI.create(
                        "https://sts." + region.id() + "." + suffix + "/?Action=GetCallerIdentity&Version=2011-06-15"))
                .putHeader(FUNCTION_HEADER, function)
                .build();
        AwsCredentialsIdentity identity = credentials.resolveCredentials();
        String url = signer.sign(sign -> sign.identity(identity)
                        .request(request)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "sts")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region.id())
                        .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AwsV4HttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, VALIDITY)
                        .putProperty(HttpSigner.SIGNING_CLOCK, clock))
                .request()
                .getUri()
                .toString();
        ObjectNode proof = JsonNodeFactory.instance.objectNode();
        proof.put("url", url).putObject("headers").put(FUNCTION_HEADER, function);
        return proof;
    }
}
