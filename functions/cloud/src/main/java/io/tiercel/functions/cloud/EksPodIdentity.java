package io.tiercel.functions.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.iam.PodIdentityApi;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.SdkHttpMethod;

/**
 * The Pod Identity associations of an EKS cluster, API version 2017-11-01. Calls {@code ListPodIdentityAssociations} and {@code
 * DescribePodIdentityAssociation}.
 */
public final class EksPodIdentity implements PodIdentityApi {
    /** Limits the calls if a service keeps returning page tokens. A service account has at most one association. */
    static final int MAX_PAGES = 10;

    private static final Pattern ASSOCIATION_ID = Pattern.compile("a-[0-9a-z]{8,64}");
    private static final Pattern ASSOCIATION_ARN = Pattern.compile(
            "(arn:aws[a-z-]{0,20}:eks:[a-z0-9-]{1,40}:[0-9]{12}:)podidentityassociation/([A-Za-z0-9_-]{1,100})/(.+)");

    private final SignedHttpClient http;
    private final String cluster;

    /**
     * Creates a client.
     *
     * @param cluster the name of the cluster
     */
    public EksPodIdentity(SignedHttpClient http, String cluster) {
        this.http = http;
        this.cluster = cluster;
    }

    @Override
    public Optional<Association> association(String namespace, String serviceAccount) {
        List<String> ids = ids(namespace, serviceAccount);
        if (ids.size() > 1) {
            throw ActionException.permanent("EKS reports " + ids.size() + " Pod Identity associations of " + namespace
                    + "/" + serviceAccount + ", and a service account can have only one");
        }
        return ids.stream().findFirst().map(id -> describe(id, namespace, serviceAccount));
    }

    private List<String> ids(String namespace, String serviceAccount) {
        String query = "?namespace=" + encode(namespace) + "&serviceAccount=" + encode(serviceAccount);
        List<String> ids = new ArrayList<>();
        String token = "";
        for (int page = 0; page < MAX_PAGES; page++) {
            JsonNode response = get("ListPodIdentityAssociations", query + token);
            for (JsonNode summary : response.path("associations")) {
                if (isOf(summary, namespace, serviceAccount)) {
                    ids.add(summary.path("associationId").asText());
                }
            }
            String next = response.path("nextToken").asText("");
            if (next.isEmpty()) {
                return ids;
            }
            token = "&nextToken=" + encode(next);
        }
        throw ActionException.permanent("ListPodIdentityAssociations returned more than " + MAX_PAGES + " pages for "
                + namespace + "/" + serviceAccount);
    }

    private static boolean isOf(JsonNode association, String namespace, String serviceAccount) {
        return association.path("namespace").asText().equals(namespace)
                && association.path("serviceAccount").asText().equals(serviceAccount);
    }

    private Association describe(String id, String namespace, String serviceAccount) {
        if (!ASSOCIATION_ID.matcher(id).matches()) {
            throw ActionException.permanent("ListPodIdentityAssociations returned an association with an invalid id");
        }
        JsonNode association = get("DescribePodIdentityAssociation", "/" + id).path("association");
        String role = association.path("roleArn").asText();
        Matcher arn = ASSOCIATION_ARN.matcher(association.path("associationArn").asText());
        if (!isOf(association, namespace, serviceAccount)
                || role.isEmpty()
                || !arn.matches()
                || !arn.group(2).equals(cluster)) {
            throw ActionException.permanent("DescribePodIdentityAssociation did not describe the association " + id
                    + " of " + namespace + "/" + serviceAccount + " in the cluster " + cluster);
        }
        String target = association.path("targetRoleArn").asText("");
        return new Association(
                arn.group(1) + "cluster/" + cluster,
                role,
                target.isEmpty() ? null : target,
                association.path("disableSessionTags").asBoolean(false));
    }

    private JsonNode get(String operation, String pathAndQuery) {
        URI uri = http.regionalEndpoint("eks")
                .resolve("/clusters/" + encode(cluster) + "/pod-identity-associations" + pathAndQuery);
        SignedHttpClient.Response response = http.call(
                "eks", false, SdkHttpMethod.GET, uri, Map.of(), "", SignedHttpClient.failureByStatus(operation));
        return Json.read(response.body(), JsonNode.class, ActionException::unreadable);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
