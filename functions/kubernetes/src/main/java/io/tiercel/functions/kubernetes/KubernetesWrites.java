package io.tiercel.functions.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the write calls of actions, or asks the API server for a dry run ({@code dryRun=All}). */
final class KubernetesWrites {
    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    private final Supplier<KubernetesClient> client;

    KubernetesWrites(Supplier<KubernetesClient> client) {
        this.client = client;
    }

    void execute(Write write, boolean dryRun) {
        try {
            KubernetesApiClient.call(write.description(), () -> {
                switch (write) {
                    case Write.CreateDenyPolicy create -> createDenyPolicy(create, dryRun);
                    case Write.DeletePolicy delete -> deletePolicy(delete, dryRun);
                    case Write.SetMetadata set -> setMetadata(set, dryRun);
                    case Write.DeletePod delete -> deletePod(delete, dryRun);
                    case Write.SetUnschedulable set -> setUnschedulable(set, dryRun);
                    case Write.Scale scale -> scale(scale, dryRun);
                }
                return true;
            });
        } catch (ActionException e) {
            boolean alreadyGone = e.kind() == ActionException.Kind.NOT_FOUND
                    && (write instanceof Write.DeletePolicy || write instanceof Write.DeletePod);
            if (!alreadyGone) {
                throw e;
            }
        }
    }

    private NonNamespaceOperation<NetworkPolicy, NetworkPolicyList, Resource<NetworkPolicy>> policies(
            String namespace) {
        return client.get().network().v1().networkPolicies().inNamespace(namespace);
    }

    private static NetworkPolicy denyPolicy(Write.CreateDenyPolicy create) {
        return new NetworkPolicyBuilder()
                .withNewMetadata()
                .withNamespace(create.namespace())
                .withName(create.name())
                .addToLabels(MANAGED_BY, "tiercel")
                .endMetadata()
                .withNewSpec()
                .withNewPodSelector()
                .addToMatchLabels(create.label(), create.value())
                .endPodSelector()
                .withPolicyTypes("Ingress", "Egress")
                .endSpec()
                .build();
    }

    /** Returns whether the policy exists with exactly these rules. */
    boolean isInPlace(Write.CreateDenyPolicy create) {
        NetworkPolicy present = KubernetesApiClient.call(
                "get network policy " + create.name(),
                () -> policies(create.namespace()).withName(create.name()).get());
        return present != null
                && present.getMetadata().getDeletionTimestamp() == null
                && denyPolicy(create).getSpec().equals(present.getSpec());
    }

    private void createDenyPolicy(Write.CreateDenyPolicy create, boolean dryRun) {
        if (isInPlace(create)) {
            return;
        }
        var policies = policies(create.namespace());
        NetworkPolicy policy = denyPolicy(create);
        if (policies.withName(create.name()).get() != null) {
            deletePolicy(new Write.DeletePolicy(create.namespace(), create.name()), dryRun);
            if (dryRun) {
                return;
            }
        }
        if (dryRun) {
            policies.resource(policy).dryRun().create();
        } else {
            policies.resource(policy).create();
        }
    }

    private void deletePolicy(Write.DeletePolicy delete, boolean dryRun) {
        var policy = policies(delete.namespace()).withName(delete.name());
        if (dryRun) {
            policy.dryRun().delete();
        } else {
            policy.delete();
        }
    }

    private static String dryRunQuery(boolean dryRun) {
        return dryRun ? "?dryRun=All" : "";
    }

    /** Sends a merge patch with the uid, which the API server rejects if the pod has another uid or another version. */
    private void setMetadata(Write.SetMetadata set, boolean dryRun) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = patch.putObject("metadata");
        metadata.put("uid", set.uid());
        if (set.resourceVersion() != null) {
            metadata.put("resourceVersion", set.resourceVersion());
        }
        putValues(metadata, "labels", set.labels());
        putValues(metadata, "annotations", set.annotations());
        client.get()
                .pods()
                .inNamespace(set.namespace())
                .withName(set.name())
                .patch(mergePatch(dryRun), patch.toString());
    }

    private static void putValues(ObjectNode metadata, String name, Map<String, @Nullable String> values) {
        if (!values.isEmpty()) {
            ObjectNode node = metadata.putObject(name);
            values.forEach(node::put);
        }
    }

    private static PatchContext mergePatch(boolean dryRun) {
        return new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withDryRun(dryRun ? List.of("All") : List.of())
                .build();
    }

    private void deletePod(Write.DeletePod delete, boolean dryRun) {
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        options.put("kind", "DeleteOptions");
        options.put("apiVersion", "v1");
        options.put("gracePeriodSeconds", delete.graceSeconds());
        options.putObject("preconditions").put("uid", delete.uid());
        if (dryRun) {
            // The API server ignores the query parameter if the request has a body.
            options.putArray("dryRun").add("All");
        }
        client.get().raw("/api/v1/namespaces/" + delete.namespace() + "/pods/" + delete.name(), "DELETE", options);
    }

    private void setUnschedulable(Write.SetUnschedulable set, boolean dryRun) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").put("uid", set.uid());
        if (set.on()) {
            patch.putObject("spec").put("unschedulable", true);
        } else {
            patch.putObject("spec").putNull("unschedulable");
        }
        client.get().nodes().withName(set.node()).patch(mergePatch(dryRun), patch.toString());
    }

    private void scale(Write.Scale scale, boolean dryRun) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("kind", "Scale");
        body.put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = body.putObject("metadata");
        metadata.put("name", scale.name()).put("namespace", scale.namespace()).put("uid", scale.uid());
        body.putObject("spec").put("replicas", scale.replicas());
        client.get()
                .raw(
                        "/apis/apps/v1/namespaces/" + scale.namespace() + "/"
                                + scale.kind().toLowerCase(Locale.ROOT) + "s/" + scale.name() + "/scale"
                                + dryRunQuery(dryRun),
                        "PUT",
                        body);
    }
}
