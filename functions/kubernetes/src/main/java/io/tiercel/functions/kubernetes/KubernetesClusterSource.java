package io.tiercel.functions.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
import io.tiercel.functions.enrich.PodFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Pods and nodes as the API server describes them. It needs to {@code get} pods and nodes; owners and service accounts that it
 * may not read are left out, so that what it may read is told all the same.
 */
public final class KubernetesClusterSource implements ClusterSource {
    /** How EKS names the role of a service account (IRSA). */
    static final String ROLE = "eks.amazonaws.com/role-arn";

    /** What the VPC CNI's controller writes on a pod that has interfaces of its own. */
    static final String INTERFACES = "vpc.amazonaws.com/pod-eni";

    /** What EKS Pod Identity puts into the containers of a pod that has a role. */
    static final String POD_IDENTITY = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

    private static final int MAX_OWNERS = 4;
    private static final int MAX_INTERFACES = 10;
    private static final Pattern PROVIDER = Pattern.compile("aws://.*/(i-(?:[0-9a-f]{8}|[0-9a-f]{17}))");
    private static final Pattern INTERFACE = Pattern.compile("eni-[0-9a-f]{8,17}");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final KubernetesClient client;

    /**
     * Facts from an API server.
     *
     * @param client its time-outs end what is given up here
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
        String irsa = role(namespace, account);
        boolean identity = irsa == null && containers(pod).anyMatch(KubernetesClusterSource::hasPodIdentity);
        return new PodFacts(
                namespace,
                name,
                pod.getMetadata().getUid(),
                pod.getSpec().getNodeName(),
                pod.getStatus() == null ? null : pod.getStatus().getPodIP(),
                Boolean.TRUE.equals(pod.getSpec().getHostNetwork()),
                account,
                irsa,
                irsa != null ? "irsa" : identity ? "pod-identity" : null,
                owners(namespace, pod.getMetadata()),
                containers(pod).map(Container::getImage).distinct().sorted().toList(),
                interfaces(pod.getMetadata()),
                map(pod.getMetadata().getLabels()));
    }

    private static Stream<Container> containers(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
    }

    private static boolean hasPodIdentity(Container container) {
        return container.getEnv().stream().anyMatch(variable -> POD_IDENTITY.equals(variable.getName()));
    }

    private @Nullable String role(String namespace, String account) {
        ServiceAccount known = permitted(() -> client.serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .get());
        return known == null ? null : map(known.getMetadata().getAnnotations()).get(ROLE);
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
            HasMetadata owner = permitted(() -> switch (controller.getKind()) {
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
                // Deployments, stateful sets, daemon sets and cron jobs are seldom owned, and others not ours to read.
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

    private static <T> @Nullable T permitted(Supplier<@Nullable T> question) {
        try {
            return question.get();
        } catch (KubernetesClientException e) {
            if (e.getCode() == 403) {
                return null;
            }
            throw e;
        }
    }

    /** Anybody who may write the pod may write this annotation: ids that are none are left out. */
    private static List<String> interfaces(ObjectMeta pod) {
        String written = map(pod.getAnnotations()).get(INTERFACES);
        if (written == null) {
            return List.of();
        }
        try {
            List<String> ids = new ArrayList<>();
            for (JsonNode one : JSON.readTree(written)) {
                String id = one.path("eniId").asText();
                if (INTERFACE.matcher(id).matches() && ids.size() < MAX_INTERFACES) {
                    ids.add(id);
                }
            }
            return List.copyOf(ids);
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
        Matcher instance = PROVIDER.matcher(provider == null ? "" : provider);
        String group = labels.get("eks.amazonaws.com/nodegroup");
        return new NodeFacts(
                name,
                node.getMetadata().getUid(),
                provider,
                instance.matches() ? instance.group(1) : null,
                labels.get("topology.kubernetes.io/zone"),
                group == null ? labels.get("karpenter.sh/nodepool") : group,
                node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable()),
                labels);
    }

    private static Map<String, String> map(@Nullable Map<String, String> values) {
        return values == null ? Map.of() : Map.copyOf(values);
    }
}
