package io.tiercel.functions.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceList;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.kubernetes.KubernetesApi;
import io.tiercel.rules.text.TextLimit;
import java.util.ArrayList;
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

/** The Kubernetes API operations of actions, on a cluster's API server. */
public final class KubernetesApiClient implements KubernetesApi {
    /** Errors of etcd that the API server passes on. */
    private static final Pattern TOO_LARGE = Pattern.compile("request is too large|larger than max");

    private static final int PAGE = 500;

    /** Maximum number of pages of a list. */
    private static final int MAX_PAGES = 20;

    private final Supplier<KubernetesClient> client;
    private final KubernetesWrites writes;
    private final Workloads workloads;

    public KubernetesApiClient(KubernetesClient client) {
        this(() -> client);
    }

    /**
     * Creates a client that connects on first use. If the cluster is not available, only the steps that need it fail.
     *
     * @param client returns the same client on every call; if it throws, the API call fails
     */
    public KubernetesApiClient(Supplier<KubernetesClient> client) {
        this.client = client;
        this.writes = new KubernetesWrites(client);
        this.workloads = new Workloads(client);
    }

    /** Makes a call and converts a failure into an {@link ActionException}. */
    static <T> T call(String description, Supplier<T> call) {
        try {
            return call.get();
        } catch (KubernetesClientException e) {
            throw failure(description, e);
        }
    }

    private static ActionException failure(String description, KubernetesClientException e) {
        String reason = e.getStatus() == null || e.getStatus().getMessage() == null
                ? String.valueOf(e.getMessage())
                : e.getStatus().getMessage();
        String text = description + ": HTTP " + e.getCode() + ": " + TextLimit.cut(reason, 300);
        if (TOO_LARGE.matcher(reason).find()) {
            return ActionException.notApplicable(text);
        }
        return switch (e.getCode()) {
            case 404 -> ActionException.notFound(text);
            // The object does not permit the change, for example because it would become too large.
            case 413, 422 -> ActionException.notApplicable(text);
            case 0, 409, 410, 429, 500, 502, 503, 504 -> ActionException.retryable(text, e);
            default -> ActionException.permanent(text);
        };
    }

    private static SortedMap<String, String> sorted(@Nullable Map<String, String> map) {
        return map == null ? new TreeMap<>() : new TreeMap<>(map);
    }

    @Override
    public Optional<Pod> pod(String namespace, String name) {
        return Optional.ofNullable(call(
                        "get pod " + namespace + "/" + name,
                        () -> client.get()
                                .pods()
                                .inNamespace(namespace)
                                .withName(name)
                                .get()))
                .map(KubernetesApiClient::pod);
    }

    private static Pod pod(io.fabric8.kubernetes.api.model.Pod pod) {
        ObjectMeta meta = pod.getMetadata();
        return new Pod(
                meta.getNamespace(),
                meta.getName(),
                meta.getUid(),
                meta.getResourceVersion(),
                sorted(meta.getLabels()),
                sorted(meta.getAnnotations()),
                pod.getSpec().getNodeName(),
                pod.getStatus() == null ? null : pod.getStatus().getPodIP(),
                Boolean.TRUE.equals(pod.getSpec().getHostNetwork()),
                meta.getDeletionTimestamp() != null,
                Workloads.owner(meta));
    }

    @Override
    public Selectors services(String namespace) {
        return selectors(
                "list services of " + namespace,
                options -> client.get().services().inNamespace(namespace).list(options),
                ServiceList::getItems,
                service -> service.getSpec() == null
                                || service.getSpec().getSelector() == null
                                || service.getSpec().getSelector().isEmpty()
                        ? null
                        : selector(service));
    }

    /** Reads a list page by page, up to the limit. */
    private static <L extends KubernetesResourceList<T>, T extends HasMetadata> Selectors selectors(
            String description,
            Function<ListOptions, L> list,
            Function<L, List<T>> items,
            Function<T, @Nullable Selector> selector) {
        List<Selector> selectors = new ArrayList<>();
        String next = null;
        for (int page = 0; page < MAX_PAGES; page++) {
            ListOptions options = new ListOptionsBuilder()
                    .withLimit((long) PAGE)
                    .withContinue(next)
                    .build();
            L read = call(description, () -> list.apply(options));
            items.apply(read).stream().map(selector).filter(Objects::nonNull).forEach(selectors::add);
            next = read.getMetadata() == null ? null : read.getMetadata().getContinue();
            if (next == null || next.isEmpty()) {
                return new Selectors(selectors, true);
            }
        }
        return new Selectors(selectors, false);
    }

    private static Selector selector(Service service) {
        return new Selector(
                "Service",
                service.getMetadata().getName(),
                Map.copyOf(service.getSpec().getSelector()),
                List.of());
    }

    @Override
    public Selectors networkPolicies(String namespace) {
        return selectors(
                "list network policies of " + namespace,
                options -> client.get()
                        .network()
                        .v1()
                        .networkPolicies()
                        .inNamespace(namespace)
                        .list(options),
                NetworkPolicyList::getItems,
                KubernetesApiClient::selector);
    }

    @Override
    public boolean isInPlace(Write.CreateDenyPolicy policy) {
        return writes.isInPlace(policy);
    }

    private static Selector selector(NetworkPolicy policy) {
        return selector(
                "NetworkPolicy",
                policy.getMetadata().getName(),
                policy.getSpec().getPodSelector());
    }

    static Selector selector(String kind, String name, LabelSelector selector) {
        return new Selector(
                kind,
                name,
                selector.getMatchLabels() == null ? Map.of() : Map.copyOf(selector.getMatchLabels()),
                selector.getMatchExpressions().stream()
                        .map(KubernetesApiClient::expression)
                        .toList());
    }

    private static Expression expression(LabelSelectorRequirement requirement) {
        return new Expression(requirement.getKey(), requirement.getOperator(), List.copyOf(requirement.getValues()));
    }

    @Override
    public Optional<Node> node(String name) {
        return Optional.ofNullable(call(
                        "get node " + name,
                        () -> client.get().nodes().withName(name).get()))
                .map(node -> new Node(
                        node.getMetadata().getName(),
                        node.getMetadata().getUid(),
                        node.getSpec() != null
                                && Boolean.TRUE.equals(node.getSpec().getUnschedulable()),
                        sorted(node.getMetadata().getLabels())));
    }

    @Override
    public Optional<Workload> workloadOf(Pod pod) {
        return workloads.of(pod);
    }

    @Override
    public Optional<Workload> workload(String kind, String namespace, String name) {
        return workloads.find(kind, namespace, name);
    }

    @Override
    public NetworkPlugins networkPlugins() {
        return NetworkPluginDetection.detect(call(
                "list daemon sets",
                () -> client.get().apps().daemonSets().inAnyNamespace().list().getItems()));
    }

    @Override
    public List<PluginPolicy> pluginPolicies(String namespace) {
        return new PluginPolicies(client.get()).read(namespace);
    }

    @Override
    public Optional<Controller> controller(String namespace, Owner owner) {
        return workloads.controller(namespace, owner);
    }

    @Override
    public void write(Write write) {
        writes.execute(write, false);
    }

    @Override
    public String dryRun(Write write) {
        try {
            writes.execute(write, true);
            return "would succeed";
        } catch (ActionException e) {
            return "would be denied: " + e.getMessage();
        }
    }
}
