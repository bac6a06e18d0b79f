package io.tiercel.functions.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.cloud.SignedHttpClient.Answer;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.StateJson;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpMethod;

/**
 * Clusters of EKS: where their API server is, and tokens for it. A token is a signed call of GetCallerIdentity with the
 * cluster's name in it, as {@code aws eks get-token} makes it (aws-iam-authenticator, "k8s-aws-v1").
 */
public final class EksAccess {
    private static final Duration VALID = Duration.ofSeconds(60);

    private final SignedHttpClient http;

    public EksAccess(SignedHttpClient http) {
        this.http = http;
    }

    /**
     * Where a cluster's API server is.
     *
     * @param endpoint its URL
     * @param authority the certificate that signs its own, PEM in base64
     */
    public record Place(String endpoint, String authority) {}

    /** Where the API server of a cluster is. */
    public Place place(String cluster) {
        URI uri = http.regional("eks").resolve("/clusters/" + URLEncoder.encode(cluster, StandardCharsets.UTF_8));
        Answer answer = http.call("eks", false, SdkHttpMethod.GET, uri, Map.of(), "", refusal -> {
            String text = "DescribeCluster: HTTP " + refusal.status();
            return refusal.status() >= 500 || refusal.status() == 429
                    ? ActionException.forNow(text, null)
                    : ActionException.because(text);
        });
        JsonNode described = StateJson.read(answer.body(), JsonNode.class).path("cluster");
        return new Place(
                described.path("endpoint").asText(),
                described.path("certificateAuthority").path("data").asText());
    }

    /** A token for the cluster, for the next quarter of an hour. */
    public String token(String cluster) {
        URI uri = http.regional("sts").resolve("/?Action=GetCallerIdentity&Version=2011-06-15");
        URI signed = http.presigned("sts", uri, Map.of("x-k8s-aws-id", cluster), VALID);
        return "k8s-aws-v1."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(signed.toString().getBytes(StandardCharsets.UTF_8));
    }
}
