package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.plan.CrashPoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An in-memory Kubernetes cluster. It checks preconditions, names and sizes as an API server does. {@link #faults} can make any call
 * fail, {@link #before} and {@link #after} run around each call.
 */
public final class FakeKubernetesApi implements KubernetesApi {
    /** The controller of every pod that {@link #pod} creates. */
    public static final Owner CART_SET = new Owner("ReplicaSet", "cart-5f", "uid-of-cart-5f");

    private static final int MAX_OBJECT = 1536 * 1024;
    private static final Pattern LABEL_KEY = Pattern.compile(
            "(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?");
    private static final Pattern LABEL_VALUE = Pattern.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?");

    /** A controller that gives up pods whose labels it does not select, and adopts pods without a controller that it selects. */
    public record ReplicaSet(String name, String uid, Map<String, String> selector, String workloadUid) {
        Owner owner() {
            return new Owner("ReplicaSet", name, uid);
        }

        boolean selects(Pod pod) {
            return pod.labels().entrySet().containsAll(selector.entrySet());
        }
    }

    /** What happens to a call. */
    public enum Fault {
        NONE,
        /** The API server answers 429. */
        THROTTLED,
        /** The API server answers 409, because another client has changed the object. Reads succeed. */
        CONFLICT,
        /** The API server answers 500. */
        SERVER_ERROR,
        /** The call times out, and the API server never executes it. */
        TIME_OUT,
        /** The call times out after the API server has executed it. */
        TIME_OUT_AFTER_EFFECT
    }

    public final Map<String, Pod> pods = new TreeMap<>();
    public final List<Selector> services = new ArrayList<>();
    public final Map<String, Selector> policies = new TreeMap<>();
    public final Map<String, Node> nodes = new TreeMap<>();
    public final Map<String, Workload> workloads = new TreeMap<>();
    public final List<PluginPolicy> pluginPolicies = new ArrayList<>();
    public final Map<Owner, Controller> controllers = new HashMap<>();
    public final Map<String, ReplicaSet> replicaSets = new TreeMap<>();
    public NetworkPlugins plugins = new NetworkPlugins(List.of("calico-node"), true);

    /** The writes that had an effect. */
    public final List<Write> writes = new ArrayList<>();

    /** Whether the namespace has more Services and NetworkPolicies than are read. */
    public boolean incomplete;

    /** Decides what happens to a call, by its description. */
    public Function<String, Fault> faults = call -> Fault.NONE;

    /** Runs before each call, for example to let another client or another process act. */
    public Runnable before = () -> {};

    /** Runs after each call, also a failed one, for example to check an invariant. */
    public Runnable after = () -> {};

    private CrashPoint crashPoint = CrashPoint.none();
    private long lastVersion = 1;

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
                "1",
                new TreeMap<>(labels),
                new TreeMap<>(Map.of("owner", "team-a")),
                "node-7",
                "10.0.0.7",
                false,
                false,
                CART_SET);
    }

    /** Adds the Deployment {@code cart} and its ReplicaSet {@link #CART_SET}. */
    public void deployCart(String workloadUid, int replicas, Map<String, String> selector) {
        workloads.put("cart", new Workload("Deployment", "shop", "cart", workloadUid, replicas));
        replicaSets.put(CART_SET.name(), new ReplicaSet(CART_SET.name(), "uid-of-cart-5f", selector, workloadUid));
    }

    private Pod controlled(Pod pod) {
        Owner owner = pod.controller();
        ReplicaSet own = owner == null ? null : replicaSets.get(owner.name());
        boolean kept = owner != null && (own == null || !own.owner().equals(owner) || own.selects(pod));
        Owner controller = kept
                ? owner
                : replicaSets.values().stream()
                        .filter(set -> set.selects(pod))
                        .map(ReplicaSet::owner)
                        .findFirst()
                        .orElse(null);
        return new Pod(
                pod.namespace(),
                pod.name(),
                pod.uid(),
                pod.resourceVersion(),
                pod.labels(),
                pod.annotations(),
                pod.node(),
                pod.address(),
                pod.hostNetwork(),
                pod.terminating(),
                controller);
    }

    private <T> T read(String description, Supplier<T> read) {
        return call(description, true, read);
    }

    private <T> T call(String description, boolean reads, Supplier<T> effect) {
        before.run();
        try {
            return crashPoint.call(() -> switch (faults.apply(description)) {
                case NONE -> effect.get();
                case THROTTLED -> throw ActionException.retryable(description + ": HTTP 429", null);
                case CONFLICT -> {
                    if (reads) {
                        yield effect.get();
                    }
                    throw ActionException.retryable(description + ": HTTP 409", null);
                }
                case SERVER_ERROR -> throw ActionException.retryable(description + ": HTTP 500", null);
                case TIME_OUT -> throw ActionException.retryable(description + ": timed out", null);
                case TIME_OUT_AFTER_EFFECT -> {
                    var _ = effect.get();
                    throw ActionException.retryable(description + ": timed out", null);
                }
            });
        } finally {
            after.run();
        }
    }

    @Override
    public Optional<Pod> pod(String namespace, String name) {
        return read("get pod", () -> Optional.ofNullable(pods.get(namespace + "/" + name)));
    }

    @Override
    public Selectors services(String namespace) {
        return read("list services", () -> new Selectors(services, !incomplete));
    }

    @Override
    public Selectors networkPolicies(String namespace) {
        return read("list network policies", () -> new Selectors(List.copyOf(policies.values()), !incomplete));
    }

    @Override
    public boolean isInPlace(Write.CreateDenyPolicy policy) {
        return read("get network policy", () -> selector(policy).equals(policies.get(policy.name())));
    }

    private static Selector selector(Write.CreateDenyPolicy deny) {
        return new Selector("NetworkPolicy", deny.name(), Map.of(deny.label(), deny.value()), List.of());
    }

    @Override
    public Optional<Node> node(String name) {
        return read("get node", () -> Optional.ofNullable(nodes.get(name)));
    }

    @Override
    public Optional<Workload> workloadOf(Pod pod) {
        return read(
                "get workload of pod",
                () -> replicaSets.values().stream()
                        .filter(set -> set.owner().equals(pod.controller()) && set.selects(pod))
                        .flatMap(set -> workloads.values().stream()
                                .filter(workload -> workload.uid().equals(set.workloadUid())))
                        .findFirst());
    }

    @Override
    public Optional<Workload> workload(String kind, String namespace, String name) {
        return read("get workload", () -> Optional.ofNullable(workloads.get(name)));
    }

    @Override
    public NetworkPlugins networkPlugins() {
        return read("list daemon sets", () -> plugins);
    }

    @Override
    public List<PluginPolicy> pluginPolicies(String namespace) {
        return read("list plugin policies", () -> List.copyOf(pluginPolicies));
    }

    @Override
    public Optional<Controller> controller(String namespace, Owner owner) {
        return read("get controller", () -> Optional.ofNullable(controllers.get(owner)));
    }

    @Override
    public String dryRun(Write write) {
        return "would succeed";
    }

    @Override
    public void write(Write write) {
        call(write.getClass().getSimpleName(), false, () -> {
            execute(write);
            writes.add(write);
            return true;
        });
    }

    /** Makes a change as another client, which no fault, crash or precondition affects. */
    public void changeLabels(String pod, Map<String, @Nullable String> labels) {
        Pod old = Objects.requireNonNull(pods.get(pod));
        pods.put(pod, changed(old, withChanges(old.labels(), labels), old.annotations()));
    }

    /** Sets an annotation as another client. */
    public void annotate(String pod, String key, String value) {
        Pod old = Objects.requireNonNull(pods.get(pod));
        SortedMap<String, String> annotations = new TreeMap<>(old.annotations());
        annotations.put(key, value);
        pods.put(pod, changed(old, old.labels(), annotations));
    }

    private Pod changed(Pod old, SortedMap<String, String> labels, SortedMap<String, String> annotations) {
        return controlled(new Pod(
                old.namespace(),
                old.name(),
                old.uid(),
                Long.toString(++lastVersion),
                labels,
                annotations,
                old.node(),
                old.address(),
                old.hostNetwork(),
                old.terminating(),
                old.controller()));
    }

    private void execute(Write write) {
        switch (write) {
            case Write.CreateDenyPolicy deny -> policies.put(deny.name(), selector(deny));
            case Write.DeletePolicy delete -> policies.remove(delete.name());
            case Write.SetMetadata set -> setMetadata(set);
            case Write.DeletePod delete -> {
                Pod old = pods.get(delete.namespace() + "/" + delete.name());
                requireUid(old == null ? delete.uid() : old.uid(), delete.uid());
                pods.remove(delete.namespace() + "/" + delete.name());
            }
            case Write.SetUnschedulable set -> {
                Node old = existing(nodes.get(set.node()), set.node());
                requireUid(old.uid(), set.uid());
                nodes.put(set.node(), new Node(set.node(), old.uid(), set.on(), old.labels()));
            }
            case Write.Scale scale -> {
                Workload old = existing(workloads.get(scale.name()), scale.name());
                requireUid(old.uid(), scale.uid());
                workloads.put(
                        scale.name(),
                        new Workload(old.kind(), old.namespace(), old.name(), old.uid(), scale.replicas()));
            }
        }
    }

    private void setMetadata(Write.SetMetadata set) {
        Pod old = existing(pods.get(set.namespace() + "/" + set.name()), set.name());
        requireUid(old.uid(), set.uid());
        if (set.resourceVersion() != null && !set.resourceVersion().equals(old.resourceVersion())) {
            throw ActionException.retryable("HTTP 409: the object has been modified", null);
        }
        SortedMap<String, String> labels = withChanges(old.labels(), set.labels());
        SortedMap<String, String> annotations = withChanges(old.annotations(), set.annotations());
        labels.forEach((key, value) -> {
            if (!LABEL_KEY.matcher(key).matches() || !LABEL_VALUE.matcher(value).matches()) {
                throw ActionException.notApplicable("HTTP 422: invalid label");
            }
        });
        if (size(annotations) > RemovedLabelsAnnotation.MAX_ANNOTATIONS) {
            throw ActionException.notApplicable("HTTP 422: annotations too long");
        }
        if (size(annotations) + size(labels) > MAX_OBJECT) {
            throw ActionException.notApplicable("HTTP 500: etcdserver: request is too large");
        }
        if (!labels.equals(old.labels()) || !annotations.equals(old.annotations())) {
            pods.put(set.namespace() + "/" + set.name(), changed(old, labels, annotations));
        }
    }

    private static long size(Map<String, String> map) {
        return map.entrySet().stream()
                .mapToLong(entry -> (entry.getKey() + entry.getValue()).getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    private static <T> T existing(@Nullable T object, String name) {
        if (object == null) {
            throw ActionException.notFound("HTTP 404: " + name);
        }
        return object;
    }

    private static void requireUid(String present, String expected) {
        if (!present.equals(expected)) {
            throw ActionException.retryable("HTTP 409: the uid in the precondition is not that of the object", null);
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
