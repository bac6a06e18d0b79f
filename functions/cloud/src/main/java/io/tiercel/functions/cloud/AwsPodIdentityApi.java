package io.tiercel.functions.cloud;

import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.iam.PodIdentityApi;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.eks.EksClient;
import software.amazon.awssdk.services.eks.model.ListPodIdentityAssociationsResponse;
import software.amazon.awssdk.services.eks.model.PodIdentityAssociation;
import software.amazon.awssdk.services.eks.model.PodIdentityAssociationSummary;

/** The Pod Identity associations of an EKS cluster. */
public final class AwsPodIdentityApi implements PodIdentityApi {
    private static final Pattern ASSOCIATION_ID = Pattern.compile("a-[0-9a-z]{8,64}");
    private static final Pattern ASSOCIATION_ARN = Pattern.compile(
            "(arn:aws[a-z-]{0,20}:eks:[a-z0-9-]{1,40}:[0-9]{12}:)podidentityassociation/([A-Za-z0-9_-]{1,100})/(.+)");

    private final EksClient api;
    private final String cluster;

    /**
     * Creates a client.
     *
     * @param cluster the name of the cluster
     */
    public AwsPodIdentityApi(AwsConnection connection, String cluster) {
        this.api = connection.client(EksClient.builder());
        this.cluster = cluster;
    }

    @Override
    public Optional<Association> association(String namespace, String serviceAccount) {
        List<String> ids = Pages.items(
                        "ListPodIdentityAssociations",
                        api.listPodIdentityAssociationsPaginator(list ->
                                list.clusterName(cluster).namespace(namespace).serviceAccount(serviceAccount)),
                        ListPodIdentityAssociationsResponse::associations)
                .stream()
                .filter(summary ->
                        namespace.equals(summary.namespace()) && serviceAccount.equals(summary.serviceAccount()))
                .map(PodIdentityAssociationSummary::associationId)
                .toList();
        if (ids.size() > 1) {
            throw ActionException.permanent("EKS reports " + ids.size() + " Pod Identity associations of " + namespace
                    + "/" + serviceAccount + ", and a service account can have only one");
        }
        return ids.stream().findFirst().map(id -> describe(id, namespace, serviceAccount));
    }

    private Association describe(String id, String namespace, String serviceAccount) {
        if (!ASSOCIATION_ID.matcher(id).matches()) {
            throw ActionException.permanent("ListPodIdentityAssociations returned an association with an invalid id");
        }
        PodIdentityAssociation association = AwsConnection.call(
                        "DescribePodIdentityAssociation",
                        () -> api.describePodIdentityAssociation(
                                describe -> describe.clusterName(cluster).associationId(id)))
                .association();
        String role = Objects.requireNonNullElse(association.roleArn(), "");
        Matcher arn = ASSOCIATION_ARN.matcher(Objects.requireNonNullElse(association.associationArn(), ""));
        if (!namespace.equals(association.namespace())
                || !serviceAccount.equals(association.serviceAccount())
                || role.isEmpty()
                || !arn.matches()
                || !arn.group(2).equals(cluster)) {
            throw ActionException.permanent("DescribePodIdentityAssociation did not describe the association " + id
                    + " of " + namespace + "/" + serviceAccount + " in the cluster " + cluster);
        }
        String target = Objects.requireNonNullElse(association.targetRoleArn(), "");
        return new Association(
                arn.group(1) + "cluster/" + cluster,
                role,
                target.isEmpty() ? null : target,
                Boolean.TRUE.equals(association.disableSessionTags()));
    }
}
