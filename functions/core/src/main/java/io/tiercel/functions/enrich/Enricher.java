package io.tiercel.functions.enrich;

import io.tiercel.functions.identity.Sender;
import io.tiercel.rules.alert.Alert;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Enriches alerts with facts from the configuration, ATT&amp;CK and the sources. It never fails, and takes at most
 * twice the sources' timeout. {@link Enrichment#lookups} records why a fact is missing.
 */
public final class Enricher implements TargetLookup {
    /** {@code node/boot/sequence}. The node's name may contain any character. */
    private static final Pattern SENSOR_ALERT_ID =
            Pattern.compile("^.*/([0-9a-fA-F-]{8,64})/[0-9]{1,20}$", Pattern.DOTALL);

    /** Maximum length of a name, in characters. Longer values are ignored. */
    private static final int MAX_NAME = 1024;

    /** Value of {@code container.id} outside containers. */
    private static final String HOST = "host";

    private final String cluster;
    private final AttackTechniques attack;
    private final EnrichmentSources sources;
    private final InstantSource clock;

    /** Has limits of its own, so that nobody without a credential can delay or suspend the lookups for verified senders. */
    private final TargetFinder ofVerifiedSenders;

    private final TargetFinder ofOtherSenders;
    private final TargetFinder uncachedOfVerifiedSenders;
    private final TargetFinder uncachedOfOtherSenders;

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
        this.ofVerifiedSenders = new TargetFinder(sources, clock, true);
        this.ofOtherSenders = new TargetFinder(sources, clock, true);
        this.uncachedOfVerifiedSenders = new TargetFinder(sources, clock, false);
        this.uncachedOfOtherSenders = new TargetFinder(sources, clock, false);
    }

    /** Returns whether there is a source that may wait for other systems. */
    public boolean waits() {
        return sources.cluster() != null || sources.instances() != null;
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

        List<LookupRecord> lookups = new ArrayList<>();
        TargetFinder finder = sender.verified() ? ofVerifiedSenders : ofOtherSenders;
        TargetFinder.Found found = finder.find(host, sender, lookups);
        InstanceFacts instance = found.instance();
        return new Enrichment(
                sender,
                host,
                techniques,
                List.copyOf(tactics),
                instance,
                found.node(),
                found.pod(),
                network(alert, lookups),
                sources.labels().labelsFor(instance == null ? null : instance.account(), cluster),
                List.copyOf(lookups));
    }

    @Override
    public Enrichment lookUpAgain(Alert alert, Enrichment stored) {
        List<LookupRecord> lookups = new ArrayList<>();
        TargetFinder.Found found = uncached(stored).find(stored.host(), stored.sender(), lookups);
        return withTargets(stored, found, found.instance(), lookups, TargetFinder.SOURCES);
    }

    @Override
    public Enrichment lookUpPodAgain(Alert alert, Enrichment stored) {
        List<LookupRecord> lookups = new ArrayList<>();
        TargetFinder.Found found = uncached(stored).findPod(stored.host(), lookups);
        return withTargets(stored, found, stored.instance(), lookups, TargetFinder.CLUSTER_SOURCES);
    }

    private TargetFinder uncached(Enrichment stored) {
        return stored.sender().verified() ? uncachedOfVerifiedSenders : uncachedOfOtherSenders;
    }

    /** @param asked the sources whose stored lookups the new ones replace */
    private static Enrichment withTargets(
            Enrichment stored,
            TargetFinder.Found found,
            @Nullable InstanceFacts instance,
            List<LookupRecord> lookups,
            Set<String> asked) {
        // The API no longer shows a deleted pod. It has shown which node the pod ran on, and a uid is never used again.
        boolean podDeleted = lookups.stream()
                .anyMatch(lookup -> lookup.source().equals(TargetFinder.POD)
                        && lookup.outcome().equals(LookupRecord.ABSENT));
        stored.lookups().stream()
                .filter(lookup -> !asked.contains(lookup.source()))
                .forEach(lookups::add);
        return stored.withTargets(
                instance, found.node(), podDeleted ? stored.pod() : found.pod(), List.copyOf(lookups));
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
            lookups.add(new LookupRecord(
                    "geoip", peer.getHostAddress(), LookupRecord.FAILED + CachedLookup.reason(e), now));
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

    private static @Nullable String text(Alert alert, String field) {
        return alert.outputFields().get(field) instanceof String text
                        && !text.isBlank()
                        && !text.equals("<NA>")
                        && text.length() <= MAX_NAME
                ? text
                : null;
    }
}
