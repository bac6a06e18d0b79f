package io.tiercel.functions.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the writing calls, or has the API server try them ({@code dryRun=All}). */
final class KubernetesWrites {
    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    private final Supplier<KubernetesClient> client;

    KubernetesWrites(Supplier<KubernetesClient> client) {
        this.client = client;
    }

    void make(Write write, boolean dryRun) {
        try {
            KubernetesApiClient.call(write.text(), () -> {
                switch (write) {
                    case Write.DenyAll deny -> deny(deny, dryRun);
                    case Write.AllowAgain allow -> allow(allow, dryRun);
                    case Write.SetMetadata set -> setMetadata(set, dryRun);
                    case Write.DeletePod delete -> delete(delete, dryRun);
                    case Write.SetUnschedulable set -> cordon(set, dryRun);
                    case Write.Scale scale -> scale(scale, dryRun);
                }
                return true;
            });
        } catch (ActionException e) {
            boolean gone = e.kind() == ActionException.Kind.ABSENT
                    && (write instanceof Write.AllowAgain || write instanceof Write.DeletePod);
            if (!gone) {
                throw e;
            }
        }
    }

    private void deny(Write.DenyAll deny, boolean dryRun) {
        var policies = client.get().network().v1().networkPolicies().inNamespace(deny.namespace());
        if (policies.withName(deny.name()).get() != null) {
            return;
        }
        NetworkPolicy policy = new NetworkPolicyBuilder()
                .withNewMetadata()
                .withNamespace(deny.namespace())
                .withName(deny.name())
                .addToLabels(MANAGED_BY, "tiercel")
                .endMetadata()
                .withNewSpec()
                .withNewPodSelector()
                .addToMatchLabels(deny.label(), deny.value())
                .endPodSelector()
                .withPolicyTypes("Ingress", "Egress")
                .endSpec()
                .build();
        if (dryRun) {
            policies.resource(policy).dryRun().create();
        } else {
            policies.resource(policy).create();
        }
    }

    private void allow(Write.AllowAgain allow, boolean dryRun) {
        var policy = client.get()
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(allow.namespace())
                .withName(allow.name());
        if (dryRun) {
            policy.dryRun().delete();
        } else {
            policy.delete();
        }
    }

    private static String inQuery(boolean dryRun) {
        return dryRun ? "?dryRun=All" : "";
    }

    /** A merge patch with the uid, which the API server refuses if the pod has another. */
    private void setMetadata(Write.SetMetadata set, boolean dryRun) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = patch.putObject("metadata");
        metadata.put("uid", set.uid());
        put(metadata, "labels", set.labels());
        put(metadata, "annotations", set.annotations());
        client.get().pods().inNamespace(set.namespace()).withName(set.name()).patch(context(dryRun), patch.toString());
    }

    private static void put(ObjectNode metadata, String name, Map<String, @Nullable String> values) {
        if (!values.isEmpty()) {
            ObjectNode node = metadata.putObject(name);
            values.forEach(node::put);
        }
    }

    private static PatchContext context(boolean dryRun) {
        return new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withDryRun(dryRun ? List.of("All") : List.of())
                .build();
    }

    private void delete(Write.DeletePod delete, boolean dryRun) {
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        options.put("kind", "DeleteOptions");
        options.put("apiVersion", "v1");
        options.put("gracePeriodSeconds", delete.graceSeconds());
        options.putObject("preconditions").put("uid", delete.uid());
        if (dryRun) {
            // Where options come as a body, the API server does not look at those in the query.
            options.putArray("dryRun").add("All");
        }
        client.get().raw("/api/v1/namespaces/" + delete.namespace() + "/pods/" + delete.name(), "DELETE", options);
    }

    private void cordon(Write.SetUnschedulable set, boolean dryRun) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        if (set.on()) {
            patch.putObject("spec").put("unschedulable", true);
        } else {
            patch.putObject("spec").putNull("unschedulable");
        }
        client.get().nodes().withName(set.node()).patch(context(dryRun), patch.toString());
    }

    private void scale(Write.Scale scale, boolean dryRun) {
        ObjectNode wanted = JsonNodeFactory.instance.objectNode();
        wanted.put("kind", "Scale");
        wanted.put("apiVersion", "autoscaling/v1");
        wanted.putObject("metadata").put("name", scale.name()).put("namespace", scale.namespace());
        wanted.putObject("spec").put("replicas", scale.replicas());
        client.get()
                .raw(
                        "/apis/apps/v1/namespaces/" + scale.namespace() + "/"
                                + scale.kind().toLowerCase(Locale.ROOT) + "s/" + scale.name() + "/scale"
                                + inQuery(dryRun),
                        "PUT",
                        wanted);
    }
}
