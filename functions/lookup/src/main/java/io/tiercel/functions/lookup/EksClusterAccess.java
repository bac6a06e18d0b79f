package io.tiercel.functions.lookup;

import io.tiercel.functions.respond.action.ActionException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.services.eks.EksClient;
import software.amazon.awssdk.services.eks.model.Cluster;

/**
 * Endpoints and access tokens of EKS clusters. A token is a presigned call of {@code GetCallerIdentity} that includes the name
 * of the cluster, as {@code aws eks get-token} creates it (aws-iam-authenticator, "k8s-aws-v1").
 */
public final class EksClusterAccess {
    private static final Duration PRESIGNED_DURATION = Duration.ofSeconds(60);

    private final AwsConnection connection;
    private final EksClient eks;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

    public EksClusterAccess(AwsConnection connection) {
        this.connection = connection;
        this.eks = connection.client(EksClient.builder());
    }

    /**
     * The endpoint of a cluster.
     *
     * @param url the URL of the API server
     * @param certificateAuthority the certificate that signs the server's certificate: PEM in Base64
     */
    public record ClusterEndpoint(String url, String certificateAuthority) {}

    /**
     * Returns the endpoint of a cluster.
     *
     * @throws ActionException if EKS does not describe the cluster. The kind is never {@code NOT_FOUND}, which means to callers that
     *     the target of an action does not exist.
     */
    public ClusterEndpoint endpoint(String name) {
        Cluster cluster = describe(name);
        if (cluster.endpoint() == null || cluster.certificateAuthority() == null) {
            throw ActionException.retryable("DescribeCluster: the cluster " + name + " has no endpoint yet", null);
        }
        return new ClusterEndpoint(
                cluster.endpoint(), cluster.certificateAuthority().data());
    }

    private Cluster describe(String name) {
        try {
            return eks.describeCluster(describe -> describe.name(name)).cluster();
        } catch (SdkException e) {
            ActionException failure = AwsFailures.failure("DescribeCluster", e);
            throw failure.kind() == ActionException.Kind.NOT_FOUND
                    ? ActionException.permanent(failure.getMessage())
                    : failure;
        }
    }

    /** Returns a token for a cluster. The cluster accepts it for 15 minutes. */
    public String token(String cluster) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.GET)
                .uri(connection.endpoint("sts").resolve("/?Action=GetCallerIdentity&Version=2011-06-15"))
                .putHeader("x-k8s-aws-id", cluster)
                .build();
        AwsCredentialsIdentity credentials = connection.credentials().resolveCredentials();
        String signed = signer.sign(sign -> sign.identity(credentials)
                        .request(request)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "sts")
                        .putProperty(
                                AwsV4HttpSigner.REGION_NAME, connection.region().id())
                        .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AwsV4HttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, PRESIGNED_DURATION))
                .request()
                .getUri()
                .toString();
        return "k8s-aws-v1."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(signed.getBytes(StandardCharsets.UTF_8));
    }
}
