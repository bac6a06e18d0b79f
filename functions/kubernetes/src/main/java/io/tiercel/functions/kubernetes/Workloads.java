package io.tiercel.functions.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.AppsAPIGroupDSL;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.tiercel.functions.enrich.ResourceNames;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Controller;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Owner;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Selector;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Workload;
import io.tiercel.rules.text.TextLimit;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the controllers of pods. The API server does not check the owners that the creator of an object names, so this class proves
 * each hop: the owner has the uid that the object names, it selects the object, and the object is named as controllers name it.
 */
final class Workloads {
    /** Maximum length of a valid name. The API server does not check the names of owners. */
    private static final int MAX_NAME = 253;

    /** The API server appends five characters to a prefix of at most this length. */
    private static final int MAX_GENERATED_PREFIX = 58;

    private static final String REPLICA_SET = "ReplicaSet";
    private static final String TEMPLATE_HASH = "pod-template-hash";

    private final Supplier<KubernetesClient> client;

    Workloads(Supplier<KubernetesClient> client) {
        this.client = client;
    }

    /** Returns the controller that an object names; null if it names none. */
    static @Nullable Owner owner(ObjectMeta meta) {
        return meta.getOwnerReferences() == null
                ? null
                : meta.getOwnerReferences().stream()
                        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                        .findFirst()
                        .map(owner -> new Owner(
                                TextLimit.cut(owner.getKind(), MAX_NAME, "[...]"),
                                TextLimit.cut(owner.getName(), MAX_NAME, "[...]"),
                                owner.getUid()))
                        .orElse(null);
    }

    /** Returns the Deployment or StatefulSet that is proven to control a pod; empty if there is none. */
    Optional<Workload> of(Pod pod) {
        Owner owner = pod.controller();
        if (owner == null) {
            return Optional.empty();
        }
        return switch (owner.kind()) {
            case REPLICA_SET ->
                find(AppsAPIGroupDSL::replicaSets, pod.namespace(), owner)
                        .filter(set -> selects(set.getSpec().getSelector(), pod.labels())
                                && isGenerated(pod.name(), owner.name() + "-"))
                        .flatMap(this::deployment);
            case "StatefulSet" ->
                find(AppsAPIGroupDSL::statefulSets, pod.namespace(), owner)
                        .filter(set -> selects(set.getSpec().getSelector(), pod.labels())
                                && pod.name().matches("\\Q" + owner.name() + "\\E-[0-9]+"))
                        .map(Workloads::workload);
            default -> Optional.empty();
        };
    }

    private Optional<Workload> deployment(ReplicaSet set) {
        ObjectMeta meta = set.getMetadata();
        Map<String, String> labels = meta.getLabels() == null ? Map.of() : meta.getLabels();
        Owner owner = owner(meta);
        return owner == null || !owner.kind().equals("Deployment")
                ? Optional.empty()
                : find(AppsAPIGroupDSL::deployments, meta.getNamespace(), owner)
                        .filter(found -> selects(found.getSpec().getSelector(), labels)
                                && meta.getName().equals(owner.name() + "-" + labels.get(TEMPLATE_HASH)))
                        .map(Workloads::workload);
    }

    private static boolean selects(LabelSelector selector, Map<String, String> labels) {
        Selector read = KubernetesApiClient.selector("selector", "of a controller", selector);
        return !(read.labels().isEmpty() && read.expressions().isEmpty()) && read.selects(labels);
    }

    private static boolean isGenerated(String name, String prefix) {
        String kept = prefix.length() > MAX_GENERATED_PREFIX ? prefix.substring(0, MAX_GENERATED_PREFIX) : prefix;
        return name.startsWith(kept) && name.substring(kept.length()).matches("[a-z0-9]{5}");
    }

    /** Returns the workload with a name, whatever its uid; empty if there is none or if its kind cannot be scaled. */
    Optional<Workload> find(String kind, String namespace, String name) {
        return switch (kind) {
            case "Deployment" ->
                get(AppsAPIGroupDSL::deployments, kind, namespace, name).map(Workloads::workload);
            case "StatefulSet" ->
                get(AppsAPIGroupDSL::statefulSets, kind, namespace, name).map(Workloads::workload);
            default -> Optional.empty();
        };
    }

    private static Workload workload(Deployment found) {
        return workload("Deployment", found.getMetadata(), found.getSpec().getReplicas());
    }

    private static Workload workload(StatefulSet found) {
        return workload("StatefulSet", found.getMetadata(), found.getSpec().getReplicas());
    }

    private static Workload workload(String kind, ObjectMeta meta, @Nullable Integer replicas) {
        return new Workload(kind, meta.getNamespace(), meta.getName(), meta.getUid(), count(replicas, 1));
    }

    /** Returns a controller with its numbers of pods; empty if no object of a known kind has its name and uid. */
    Optional<Controller> controller(String namespace, Owner owner) {
        return switch (owner.kind()) {
            case REPLICA_SET ->
                find(AppsAPIGroupDSL::replicaSets, namespace, owner)
                        .map(set -> controller(
                                owner,
                                set.getSpec().getReplicas(),
                                set.getStatus() == null ? null : set.getStatus().getReplicas()));
            case "StatefulSet" ->
                find(AppsAPIGroupDSL::statefulSets, namespace, owner)
                        .map(set -> controller(
                                owner,
                                set.getSpec().getReplicas(),
                                set.getStatus() == null ? null : set.getStatus().getReplicas()));
            case "DaemonSet" ->
                find(AppsAPIGroupDSL::daemonSets, namespace, owner)
                        .map(set -> new Controller(owner.kind(), owner.name(), 1, 1));
            default -> Optional.empty();
        };
    }

    private static Controller controller(Owner owner, @Nullable Integer wanted, @Nullable Integer present) {
        return new Controller(owner.kind(), owner.name(), count(wanted, 1), count(present, 0));
    }

    private <T extends HasMetadata> Optional<T> find(
            Function<AppsAPIGroupDSL, MixedOperation<T, ?, ? extends Resource<T>>> type,
            String namespace,
            Owner owner) {
        return get(type, owner.kind(), namespace, owner.name())
                .filter(found -> found.getMetadata().getUid().equals(owner.uid()));
    }

    private <T> Optional<T> get(
            Function<AppsAPIGroupDSL, MixedOperation<T, ?, ? extends Resource<T>>> type,
            String kind,
            String namespace,
            String name) {
        // The creator of a pod chooses the names of its owners.
        if (!ResourceNames.isKubernetesName(name)) {
            return Optional.empty();
        }
        return Optional.ofNullable(KubernetesApiClient.call(
                "get " + kind + " " + namespace + "/" + name,
                () -> type.apply(client.get().apps())
                        .inNamespace(namespace)
                        .withName(name)
                        .get()));
    }

    private static int count(@Nullable Integer count, int defaultCount) {
        return count == null ? defaultCount : count;
    }
}
