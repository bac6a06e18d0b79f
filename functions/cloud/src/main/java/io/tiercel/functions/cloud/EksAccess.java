package io.tiercel.functions.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpMethod;

/**
 * Endpoints and access tokens of EKS clusters. A token is a presigned call of {@code GetCallerIdentity} that includes the name
 * of the cluster, as {@code aws eks get-token} creates it (aws-iam-authenticator, "k8s-aws-v1").
 */
public final class EksAccess {
    private static final Duration PRESIGNED_DURATION = Duration.ofSeconds(60);

    private final SignedHttpClient http;

    public EksAccess(SignedHttpClient http) {
        this.http = http;
    }

    /**
     * The endpoint of a cluster.
     *
     * @param url the URL of the API server
     * @param certificateAuthority the certificate that signs the server's certificate: PEM in Base64
     */
    public record ClusterEndpoint(String url, String certificateAuthority) {}

    /** Returns the endpoint of a cluster. */
    public ClusterEndpoint endpoint(String cluster) {
        URI uri =
                http.regionalEndpoint("eks").resolve("/clusters/" + URLEncoder.encode(cluster, StandardCharsets.UTF_8));
        SignedHttpClient.Response response = http.call(
                "eks",
                false,
                SdkHttpMethod.GET,
                uri,
                Map.of(),
                "",
                SignedHttpClient.failureByStatus("DescribeCluster"));
        JsonNode described = Json.read(response.body(), JsonNode.class, ActionException::unreadable)
                .path("cluster");
        return new ClusterEndpoint(
                described.path("endpoint").asText(),
                described.path("certificateAuthority").path("data").asText());
    }

    /** Returns a token for a cluster. The cluster accepts it for 15 minutes. */
    public String token(String cluster) {
        URI uri = http.regionalEndpoint("sts").resolve("/?Action=GetCallerIdentity&Version=2011-06-15");
        URI signed = http.presign("sts", uri, Map.of("x-k8s-aws-id", cluster), PRESIGNED_DURATION);
        return "k8s-aws-v1."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(signed.toString().getBytes(StandardCharsets.UTF_8));
    }
}
