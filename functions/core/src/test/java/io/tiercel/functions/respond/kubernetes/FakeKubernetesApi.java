package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.plan.CrashPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An in-memory Kubernetes cluster. */
public final class FakeKubernetesApi implements KubernetesApi {
    public final Map<String, Pod> pods = new TreeMap<>();
    public final List<Selector> services = new ArrayList<>();
    public final Map<String, Selector> policies = new TreeMap<>();
    public final Map<String, Node> nodes = new TreeMap<>();
    public final Map<String, Workload> workloads = new TreeMap<>();
    public final List<PluginPolicy> pluginPolicies = new ArrayList<>();
    public final Map<Owner, Controller> controllers = new HashMap<>();
    public NetworkPlugins plugins = new NetworkPlugins(List.of("calico-node"), true);
    public final List<Write> writes = new ArrayList<>();
    private CrashPoint crashPoint = CrashPoint.none();

    /** Makes all further calls part of a process that ends at the crash point. */
    public FakeKubernetesApi withCrashPoint(CrashPoint newCrashPoint) {
        crashPoint = newCrashPoint;
        return this;
    }

    public static Pod pod(String name, Map<String, String> labels) {
        return new Pod(
                "shop",
                name,
                "uid-of-" + name,
                new TreeMap<>(labels),
                new TreeMap<>(Map.of("owner", "team-a")),
                "node-7",
                "10.0.0.7",
                false,
                false,
                new Owner("ReplicaSet", "cart-5f"));
    }

    @Override
    public Optional<Pod> pod(String namespace, String name) {
        return crashPoint.call(() -> Optional.ofNullable(pods.get(namespace + "/" + name)));
    }

    @Override
    public List<Selector> services(String namespace) {
        return crashPoint.call(() -> List.copyOf(services));
    }

    @Override
    public List<Selector> networkPolicies(String namespace) {
        return crashPoint.call(() -> List.copyOf(policies.values()));
    }

    @Override
    public Optional<Node> node(String name) {
        return crashPoint.call(() -> Optional.ofNullable(nodes.get(name)));
    }

    @Override
    public Optional<Workload> workloadOf(Pod pod) {
        return crashPoint.call(() -> workloads.values().stream().findFirst());
    }

    @Override
    public Optional<Workload> workload(String kind, String namespace, String name) {
        return crashPoint.call(() -> Optional.ofNullable(workloads.get(name)));
    }

    @Override
    public NetworkPlugins networkPlugins() {
        return crashPoint.call(() -> plugins);
    }

    @Override
    public List<PluginPolicy> pluginPolicies(String namespace) {
        return crashPoint.call(() -> List.copyOf(pluginPolicies));
    }

    @Override
    public Optional<Controller> controller(String namespace, Owner owner) {
        return crashPoint.call(() -> Optional.ofNullable(controllers.get(owner)));
    }

    @Override
    public String dryRun(Write write) {
        return "would succeed";
    }

    @Override
    public void write(Write write) {
        crashPoint.call(() -> {
            writes.add(write);
            execute(write);
            return true;
        });
    }

    private void execute(Write write) {
        switch (write) {
            case Write.CreateDenyPolicy deny ->
                policies.put(
                        deny.name(),
                        new Selector("NetworkPolicy", deny.name(), Map.of(deny.label(), deny.value()), List.of()));
            case Write.DeletePolicy delete -> policies.remove(delete.name());
            case Write.SetMetadata set -> {
                Pod old = Objects.requireNonNull(pods.get(set.namespace() + "/" + set.name()));
                if (!old.uid().equals(set.uid())) {
                    throw ActionException.permanent("another uid");
                }
                pods.put(
                        set.namespace() + "/" + set.name(),
                        new Pod(
                                old.namespace(),
                                old.name(),
                                old.uid(),
                                withChanges(old.labels(), set.labels()),
                                withChanges(old.annotations(), set.annotations()),
                                old.node(),
                                old.address(),
                                old.hostNetwork(),
                                old.terminating(),
                                old.controller()));
            }
            case Write.DeletePod delete -> {
                Pod old = pods.get(delete.namespace() + "/" + delete.name());
                if (old != null && !old.uid().equals(delete.uid())) {
                    throw ActionException.permanent("another uid");
                }
                pods.remove(delete.namespace() + "/" + delete.name());
            }
            case Write.SetUnschedulable set ->
                nodes.computeIfPresent(set.node(), (name, old) -> {
                    if (set.uid() != null && !set.uid().equals(old.uid())) {
                        throw ActionException.permanent("another uid");
                    }
                    return new Node(name, old.uid(), set.on(), old.labels());
                });
            case Write.Scale scale ->
                workloads.computeIfPresent(scale.name(), (name, old) -> {
                    if (scale.uid() != null && !scale.uid().equals(old.uid())) {
                        throw ActionException.permanent("another uid");
                    }
                    return new Workload(old.kind(), old.namespace(), name, old.uid(), scale.replicas());
                });
        }
    }

    private static SortedMap<String, String> withChanges(
            SortedMap<String, String> old, Map<String, @Nullable String> changes) {
        SortedMap<String, String> changed = new TreeMap<>(old);
        changes.forEach((key, value) -> {
            if (value == null) {
                changed.remove(key);
            } else {
                changed.put(key, value);
            }
        });
        return changed;
    }
}
