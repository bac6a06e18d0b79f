package io.tiercel.functions.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tiercel.functions.enrich.ClusterSource;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodEniAnnotation;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.enrich.ResourceNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks up pods and nodes in a cluster's API server. It needs the permission to {@code get} pods and nodes. Owners and service
 * accounts that it may not read are left out of the result.
 */
public final class KubernetesClusterSource implements ClusterSource {
    /** The annotation of a service account that names its IAM role (IRSA). */
    static final String ROLE_ANNOTATION = "eks.amazonaws.com/role-arn";

    /** The environment variable that EKS Pod Identity adds to the containers of a pod that has a role. */
    static final String POD_IDENTITY_VARIABLE = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

    private static final int MAX_OWNERS = 4;
    private static final int MAX_INTERFACES = 10;
    private static final String AWS_PROVIDER = "aws://";

    private final KubernetesClient client;

    /**
     * Creates a source.
     *
     * @param client the client, which sets the timeouts
     */
    public KubernetesClusterSource(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public @Nullable PodFacts pod(String namespace, String name) {
        Pod pod = client.pods().inNamespace(namespace).withName(name).get();
        if (pod == null) {
            return null;
        }
        String account = Objects.requireNonNullElse(pod.getSpec().getServiceAccountName(), "default");
        String irsa = irsaRole(namespace, account);
        boolean podIdentity = irsa == null && containers(pod).anyMatch(KubernetesClusterSource::hasPodIdentity);
        return new PodFacts(
                namespace,
                name,
                pod.getMetadata().getUid(),
                pod.getSpec().getNodeName(),
                pod.getStatus() == null ? null : pod.getStatus().getPodIP(),
                Boolean.TRUE.equals(pod.getSpec().getHostNetwork()),
                account,
                irsa,
                irsa != null ? "irsa" : podIdentity ? "pod-identity" : null,
                owners(namespace, pod.getMetadata()),
                containers(pod).map(Container::getImage).distinct().sorted().toList(),
                interfaces(pod.getMetadata()),
                map(pod.getMetadata().getLabels()));
    }

    private static Stream<Container> containers(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
    }

    private static boolean hasPodIdentity(Container container) {
        return container.getEnv().stream().anyMatch(variable -> POD_IDENTITY_VARIABLE.equals(variable.getName()));
    }

    private @Nullable String irsaRole(String namespace, String account) {
        ServiceAccount serviceAccount = ifPermitted(() -> client.serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .get());
        return serviceAccount == null
                ? null
                : map(serviceAccount.getMetadata().getAnnotations()).get(ROLE_ANNOTATION);
    }

    private List<PodFacts.Owner> owners(String namespace, ObjectMeta of) {
        List<PodFacts.Owner> owners = new ArrayList<>();
        ObjectMeta child = of;
        while (child != null && owners.size() < MAX_OWNERS) {
            OwnerReference controller = controller(child);
            if (controller == null) {
                break;
            }
            String name = controller.getName();
            owners.add(new PodFacts.Owner(controller.getKind(), name));
            // The creator of a pod chooses the names of its owners.
            if (!ResourceNames.isKubernetesName(name)) {
                break;
            }
            HasMetadata owner = ifPermitted(() -> switch (controller.getKind()) {
                case "ReplicaSet" ->
                    client.apps()
                            .replicaSets()
                            .inNamespace(namespace)
                            .withName(name)
                            .get();
                case "Job" ->
                    client.batch()
                            .v1()
                            .jobs()
                            .inNamespace(namespace)
                            .withName(name)
                            .get();
                // Other controllers rarely have owners, and the role does not include reading them.
                default -> null;
            });
            child = owner == null
                            || !controller.getUid().equals(owner.getMetadata().getUid())
                    ? null
                    : owner.getMetadata();
        }
        return List.copyOf(owners);
    }

    private static @Nullable OwnerReference controller(ObjectMeta child) {
        return child.getOwnerReferences() == null
                ? null
                : child.getOwnerReferences().stream()
                        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                        .findFirst()
                        .orElse(null);
    }

    /** Returns the result of a read, or null if the role does not permit it. */
    private static <T> @Nullable T ifPermitted(Supplier<@Nullable T> read) {
        try {
            return read.get();
        } catch (KubernetesClientException e) {
            if (e.getCode() == 403) {
                return null;
            }
            throw e;
        }
    }

    /** Returns the ids of the branch interfaces in the annotation. It is untrusted, so invalid content yields no ids. */
    private static List<String> interfaces(ObjectMeta pod) {
        String annotation = map(pod.getAnnotations()).get(PodEniAnnotation.KEY);
        if (annotation == null) {
            return List.of();
        }
        try {
            return PodEniAnnotation.interfaceIds(annotation).stream()
                    .limit(MAX_INTERFACES)
                    .toList();
        } catch (JsonProcessingException e) {
            return List.of();
        }
    }

    @Override
    public @Nullable NodeFacts node(String name) {
        Node node = client.nodes().withName(name).get();
        if (node == null) {
            return null;
        }
        Map<String, String> labels = map(node.getMetadata().getLabels());
        String provider = node.getSpec() == null ? null : node.getSpec().getProviderID();
        String nodeGroup = labels.get("eks.amazonaws.com/nodegroup");
        return new NodeFacts(
                name,
                node.getMetadata().getUid(),
                provider,
                instanceId(provider),
                labels.get("topology.kubernetes.io/zone"),
                nodeGroup == null ? labels.get("karpenter.sh/nodepool") : nodeGroup,
                node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable()),
                labels);
    }

    /** Returns the instance id at the end of a provider id such as {@code aws:///eu-west-1a/i-0123456789abcdef0}. */
    private static @Nullable String instanceId(@Nullable String provider) {
        if (provider == null
                || !provider.startsWith(AWS_PROVIDER)
                || provider.lastIndexOf('/') < AWS_PROVIDER.length()) {
            return null;
        }
        String id = provider.substring(provider.lastIndexOf('/') + 1);
        return ResourceNames.isInstanceId(id) ? id : null;
    }

    private static Map<String, String> map(@Nullable Map<String, String> values) {
        return values == null ? Map.of() : Map.copyOf(values);
    }
}
