package io.tiercel.functions.enrich;

import io.tiercel.functions.identity.Sender;
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
 * Enriches alerts with facts from the configuration, ATT&amp;CK and the sources. It never fails, and takes at most
 * twice the sources' timeout. {@link Enrichment#lookups} records why a fact is missing.
 */
public final class Enricher {
    /** {@code node/boot/sequence}. The node's name may contain any character. */
    private static final Pattern SENSOR_ALERT_ID =
            Pattern.compile("^.*/([0-9a-fA-F-]{8,64})/[0-9]{1,20}$", Pattern.DOTALL);

    /** Maximum length of a name, in characters. Longer values are ignored. */
    private static final int MAX_NAME = 1024;

    /** Host names that AWS derives from addresses: {@code ip-10-0-0-1}. */
    private static final Pattern ADDRESS_NAME = Pattern.compile("ip-[0-9]{1,3}(?:-[0-9]{1,3}){3}");

    /** Value of {@code container.id} outside containers. */
    private static final String HOST = "host";

    private final String cluster;
    private final AttackTechniques attack;
    private final EnrichmentSources sources;
    private final InstantSource clock;
    private final CachedLookup<InstanceFacts> instances;
    private final CachedLookup<PodFacts> pods;
    private final CachedLookup<NodeFacts> nodes;

    /**
     * Creates an enricher without sources.
     *
     * @param cluster label of the cluster, or empty
     * @param attack the ATT&amp;CK techniques
     */
    public Enricher(String cluster, AttackTechniques attack) {
        this(cluster, attack, EnrichmentSources.NONE, InstantSource.system());
    }

    /** Creates an enricher with sources. */
    public Enricher(String cluster, AttackTechniques attack, EnrichmentSources sources, InstantSource clock) {
        this.cluster = cluster;
        this.attack = attack;
        this.sources = sources;
        this.clock = clock;
        this.instances = new CachedLookup<>("ec2", sources.timeout(), clock);
        this.pods = new CachedLookup<>("kubernetes pod", sources.timeout(), clock);
        this.nodes = new CachedLookup<>("kubernetes node", sources.timeout(), clock);
    }

    /** Returns the enrichment of an alert without a credential. */
    public Enrichment enrich(Alert alert) {
        return enrich(alert, Sender.NONE);
    }

    /** Returns the enrichment of an alert from a sender. */
    public Enrichment enrich(Alert alert, Sender sender) {
        List<Technique> techniques = attack.techniques(alert.tags());
        TreeSet<String> tactics = new TreeSet<>(attack.tactics(alert.tags()));
        techniques.forEach(technique -> tactics.addAll(technique.tactics()));
        HostFacts host = host(alert);

        Supplier<CachedLookup.Result<PodFacts>> podLookup = lookUpPod(host);
        Supplier<CachedLookup.Result<NodeFacts>> nodeLookup = lookUpNode(host);
        Supplier<CachedLookup.Result<InstanceFacts>> instanceLookup = lookUpInstance(host.instanceId());
        List<LookupRecord> lookups = new ArrayList<>();
        PodFacts pod = await(podLookup, lookups);
        NodeFacts node = await(nodeLookup, lookups);
        if (instanceLookup == null && node != null) {
            instanceLookup = lookUpInstance(node.instanceId());
        }
        InstanceFacts described = await(instanceLookup, lookups);
        InstanceFacts instance = described == null ? null : verify(described, host, node);
        return new Enrichment(
                sender,
                host,
                techniques,
                List.copyOf(tactics),
                instance,
                node,
                pod,
                network(alert, lookups),
                sources.labels().labelsFor(instance == null ? null : instance.account(), cluster),
                List.copyOf(lookups));
    }

    private @Nullable Supplier<CachedLookup.Result<PodFacts>> lookUpPod(HostFacts host) {
        ClusterSource kubernetes = sources.cluster();
        String namespace = name(host.namespace());
        String pod = name(host.pod());
        return kubernetes == null || namespace == null || pod == null
                ? null
                : pods.start(namespace + "/" + pod, () -> kubernetes.pod(namespace, pod));
    }

    private @Nullable Supplier<CachedLookup.Result<NodeFacts>> lookUpNode(HostFacts host) {
        ClusterSource kubernetes = sources.cluster();
        String node = name(host.node());
        return kubernetes == null || node == null ? null : nodes.start(node, () -> kubernetes.node(node));
    }

    private @Nullable Supplier<CachedLookup.Result<InstanceFacts>> lookUpInstance(@Nullable String id) {
        InstanceSource ec2 = sources.instances();
        return ec2 == null || id == null || !ResourceNames.isInstanceId(id)
                ? null
                : instances.start(id, () -> ec2.instance(id));
    }

    private static <F> @Nullable F await(
            @Nullable Supplier<CachedLookup.Result<F>> lookup, List<LookupRecord> lookups) {
        if (lookup == null) {
            return null;
        }
        CachedLookup.Result<F> result = lookup.get();
        lookups.add(result.lookup());
        return result.facts();
    }

    /**
     * A machine chooses its privateDnsName host name. Therefore a host name never verifies an instance, but a mismatch
     * makes it unverified.
     */
    private static InstanceFacts verify(InstanceFacts instance, HostFacts host, @Nullable NodeFacts node) {
        String mismatch = mismatch(instance, host, node);
        boolean named = instance.id().equals(host.instanceId());
        return instance.withVerification(
                named && mismatch == null,
                mismatch != null || named ? mismatch : "only the node name refers to this instance");
    }

    private static @Nullable String mismatch(InstanceFacts instance, HostFacts host, @Nullable NodeFacts node) {
        if (node != null && node.instanceId() != null && !node.instanceId().equals(instance.id())) {
            return "node " + node.name() + " is instance " + node.instanceId() + " according to the cluster";
        }
        if (instance.state().equals("terminated")) {
            return "the instance is terminated";
        }
        String privateDnsName = instance.privateDnsName();
        Matcher byAddress = ADDRESS_NAME.matcher(firstLabel(host.node()));
        if (byAddress.matches()
                && privateDnsName != null
                && !privateDnsName.isEmpty()
                && ADDRESS_NAME.matcher(firstLabel(privateDnsName)).matches()
                && !firstLabel(privateDnsName).equals(firstLabel(host.node()))) {
            return "the alert's host is " + firstLabel(host.node()) + ", but the instance is "
                    + firstLabel(privateDnsName);
        }
        return null;
    }

    private static String firstLabel(String hostName) {
        int dot = hostName.indexOf('.');
        return dot < 0 ? hostName : hostName.substring(0, dot);
    }

    private @Nullable NetworkFacts network(Alert alert, List<LookupRecord> lookups) {
        InetAddress peer = RemoteAddress.find(alert);
        if (peer == null) {
            return null;
        }
        List<String> lists = sources.networkLists().entrySet().stream()
                .filter(list -> list.getValue().contains(peer))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        GeoIpSource.Location location = locate(peer, lookups);
        return new NetworkFacts(
                peer.getHostAddress(),
                lists,
                location == null ? null : location.country(),
                location == null ? null : location.city(),
                location == null ? null : location.asn(),
                location == null ? null : location.organization());
    }

    private GeoIpSource.@Nullable Location locate(InetAddress peer, List<LookupRecord> lookups) {
        GeoIpSource geoIp = sources.geoIp();
        if (geoIp == null) {
            return null;
        }
        long now = clock.millis();
        try {
            GeoIpSource.Location location = geoIp.locate(peer);
            lookups.add(new LookupRecord(
                    "geoip", peer.getHostAddress(), location == null ? LookupRecord.ABSENT : LookupRecord.FOUND, now));
            return location;
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
                text(alert, "k8s.pod.uid"),
                instance(text(alert, "ec2.instance.id")));
    }

    private static @Nullable String bootId(@Nullable String alertId) {
        Matcher matcher = SENSOR_ALERT_ID.matcher(alertId == null ? "" : alertId);
        return matcher.matches() ? matcher.group(1) : null;
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
