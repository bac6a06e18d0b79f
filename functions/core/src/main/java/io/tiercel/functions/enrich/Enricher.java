package io.tiercel.functions.enrich;

import io.tiercel.rules.alert.Alert;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Adds to an alert what the alert itself, the configuration, ATT&amp;CK and the sources say. It never fails and takes no longer
 * than twice the sources' time-out: what a source cannot say is missing, and {@link Enrichment#lookups} says why.
 */
public final class Enricher {
    /** {@code node/boot/sequence}; the node's name may hold anything. */
    private static final Pattern OUR_ID = Pattern.compile("^.*/([0-9a-fA-F-]{8,64})/[0-9]{1,20}$", Pattern.DOTALL);

    /** Longest name, in characters: nothing that runs or is stored anywhere has a longer one. */
    private static final int MAX_NAME = 1024;

    /** What AWS names instances by their addresses: {@code ip-10-0-0-1}. */
    private static final Pattern ADDRESS_NAME = Pattern.compile("ip-[0-9]{1,3}(?:-[0-9]{1,3}){3}");

    /** What {@code container.id} is outside a container. */
    private static final String HOST = "host";

    private final String cluster;
    private final AttackTechniques attack;
    private final EnrichmentSources sources;
    private final InstantSource clock;
    private final CachedLookup<InstanceFacts> instances;
    private final CachedLookup<PodFacts> pods;
    private final CachedLookup<NodeFacts> nodes;

    /**
     * An enricher that asks nobody.
     *
     * @param cluster label of the cluster, or empty
     * @param attack names of techniques and tactics
     */
    public Enricher(String cluster, AttackTechniques attack) {
        this(cluster, attack, EnrichmentSources.NONE, InstantSource.system());
    }

    /** An enricher that asks these sources. */
    public Enricher(String cluster, AttackTechniques attack, EnrichmentSources sources, InstantSource clock) {
        this.cluster = cluster;
        this.attack = attack;
        this.sources = sources;
        this.clock = clock;
        this.instances = new CachedLookup<>("ec2", sources.timeout(), clock);
        this.pods = new CachedLookup<>("kubernetes pod", sources.timeout(), clock);
        this.nodes = new CachedLookup<>("kubernetes node", sources.timeout(), clock);
    }

    /** What is known about the alert. */
    public Enrichment enrich(Alert alert) {
        List<Technique> techniques = attack.techniques(alert.tags());
        TreeSet<String> tactics = new TreeSet<>(attack.tactics(alert.tags()));
        techniques.forEach(technique -> tactics.addAll(technique.tactics()));
        HostFacts host = host(alert);

        Supplier<CachedLookup.Result<PodFacts>> askedPod = askPod(host);
        Supplier<CachedLookup.Result<NodeFacts>> askedNode = askNode(host);
        Supplier<CachedLookup.Result<InstanceFacts>> askedInstance = askInstance(host.instanceId());
        List<LookupRecord> lookups = new ArrayList<>();
        PodFacts pod = taken(askedPod, lookups);
        NodeFacts node = taken(askedNode, lookups);
        if (askedInstance == null && node != null) {
            askedInstance = askInstance(node.instanceId());
        }
        InstanceFacts described = taken(askedInstance, lookups);
        InstanceFacts instance = described == null ? null : judged(described, host, node);
        return new Enrichment(
                host,
                techniques,
                List.copyOf(tactics),
                instance,
                node,
                pod,
                network(alert, lookups),
                sources.labels().of(instance == null ? null : instance.account(), cluster),
                List.copyOf(lookups));
    }

    private @Nullable Supplier<CachedLookup.Result<PodFacts>> askPod(HostFacts host) {
        ClusterSource kubernetes = sources.cluster();
        String namespace = name(host.namespace());
        String pod = name(host.pod());
        return kubernetes == null || namespace == null || pod == null
                ? null
                : pods.ask(namespace + "/" + pod, () -> kubernetes.pod(namespace, pod));
    }

    private @Nullable Supplier<CachedLookup.Result<NodeFacts>> askNode(HostFacts host) {
        ClusterSource kubernetes = sources.cluster();
        String node = name(host.node());
        return kubernetes == null || node == null ? null : nodes.ask(node, () -> kubernetes.node(node));
    }

    private @Nullable Supplier<CachedLookup.Result<InstanceFacts>> askInstance(@Nullable String id) {
        InstanceSource ec2 = sources.instances();
        return ec2 == null || id == null || !ResourceNames.isInstanceId(id)
                ? null
                : instances.ask(id, () -> ec2.instance(id));
    }

    private static <F> @Nullable F taken(@Nullable Supplier<CachedLookup.Result<F>> asked, List<LookupRecord> lookups) {
        if (asked == null) {
            return null;
        }
        CachedLookup.Result<F> answer = asked.get();
        lookups.add(answer.lookup());
        return answer.facts();
    }

    /** A host name is what a machine says of itself: it never makes an instance certain, but it can make one doubtful. */
    private static InstanceFacts judged(InstanceFacts instance, HostFacts host, @Nullable NodeFacts node) {
        String doubt = doubt(instance, host, node);
        boolean named = instance.id().equals(host.instanceId());
        return instance.withVerification(
                named && doubt == null,
                doubt != null || named ? doubt : "only the name of its node leads to this instance");
    }

    private static @Nullable String doubt(InstanceFacts instance, HostFacts host, @Nullable NodeFacts node) {
        if (node != null && node.instanceId() != null && !node.instanceId().equals(instance.id())) {
            return "the cluster says that node " + node.name() + " is " + node.instanceId();
        }
        if (instance.state().equals("terminated")) {
            return "the instance is terminated";
        }
        String own = instance.privateDnsName();
        Matcher byAddress = ADDRESS_NAME.matcher(first(host.node()));
        if (byAddress.matches()
                && own != null
                && !own.isEmpty()
                && ADDRESS_NAME.matcher(first(own)).matches()
                && !first(own).equals(first(host.node()))) {
            return "the alert comes from " + first(host.node()) + " and the instance is " + first(own);
        }
        return null;
    }

    private static String first(String hostName) {
        int dot = hostName.indexOf('.');
        return dot < 0 ? hostName : hostName.substring(0, dot);
    }

    private @Nullable NetworkFacts network(Alert alert, List<LookupRecord> lookups) {
        InetAddress peer = RemoteAddress.of(alert);
        if (peer == null) {
            return null;
        }
        List<String> lists = sources.networks().entrySet().stream()
                .filter(list -> list.getValue().contains(peer))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        GeoIpSource.Place place = place(peer, lookups);
        return new NetworkFacts(
                peer.getHostAddress(),
                lists,
                place == null ? null : place.country(),
                place == null ? null : place.city(),
                place == null ? null : place.asn(),
                place == null ? null : place.organisation());
    }

    private GeoIpSource.@Nullable Place place(InetAddress peer, List<LookupRecord> lookups) {
        GeoIpSource places = sources.places();
        if (places == null) {
            return null;
        }
        long now = clock.millis();
        try {
            GeoIpSource.Place place = places.of(peer);
            lookups.add(new LookupRecord(
                    "geoip", peer.getHostAddress(), place == null ? LookupRecord.ABSENT : LookupRecord.FOUND, now));
            return place;
        } catch (RuntimeException e) {
            lookups.add(new LookupRecord("geoip", peer.getHostAddress(), LookupRecord.FAILED + e.getMessage(), now));
            return null;
        }
    }

    private HostFacts host(Alert alert) {
        String container = text(alert, "container.id");
        boolean onHost = HOST.equals(container);
        return new HostFacts(
                alert.hostname(),
                bootId(alert.id()),
                cluster,
                onHost ? null : container,
                onHost ? null : text(alert, "container.image.repository"),
                onHost ? null : text(alert, "container.name"),
                text(alert, "k8s.ns.name"),
                text(alert, "k8s.pod.name"),
                instance(text(alert, "ec2.instance.id")));
    }

    private static @Nullable String bootId(@Nullable String alertId) {
        Matcher ours = OUR_ID.matcher(alertId == null ? "" : alertId);
        return ours.matches() ? ours.group(1) : null;
    }

    private static @Nullable String instance(@Nullable String id) {
        return id != null && ResourceNames.isInstanceId(id) ? id : null;
    }

    private static @Nullable String name(@Nullable String name) {
        return name != null && ResourceNames.isKubernetesName(name) ? name : null;
    }

    private static @Nullable String text(Alert alert, String field) {
        return alert.outputFields().get(field) instanceof String text
                        && !text.isBlank()
                        && !text.equals("<NA>")
                        && text.length() <= MAX_NAME
                ? text
                : null;
    }
}
