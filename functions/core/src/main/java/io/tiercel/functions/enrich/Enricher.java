package io.tiercel.functions.enrich;

import io.tiercel.rules.alert.Alert;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Adds to an alert what the alert itself, the configuration and ATT&amp;CK say. Asks nobody, so it cannot fail. */
public final class Enricher {
    /** {@code node/boot/sequence}; the node's name may hold anything. */
    private static final Pattern OUR_ID = Pattern.compile("^.*/([0-9a-fA-F-]{8,64})/[0-9]{1,20}$", Pattern.DOTALL);

    private static final Pattern INSTANCE_ID = Pattern.compile("i-(?:[0-9a-f]{8}|[0-9a-f]{17})");

    /** What {@code container.id} is outside a container. */
    private static final String HOST = "host";

    private final String cluster;
    private final Attack attack;

    /**
     * @param cluster label of the cluster, or empty
     * @param attack names of techniques and tactics
     */
    public Enricher(String cluster, Attack attack) {
        this.cluster = cluster;
        this.attack = attack;
    }

    /** What is known about the alert. */
    public Enrichment enrich(Alert alert) {
        List<Technique> techniques = attack.techniques(alert.tags());
        TreeSet<String> tactics = new TreeSet<>(attack.tactics(alert.tags()));
        techniques.forEach(technique -> tactics.addAll(technique.tactics()));
        return new Enrichment(host(alert), techniques, List.copyOf(tactics));
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
        return id != null && INSTANCE_ID.matcher(id).matches() ? id : null;
    }

    private static @Nullable String text(Alert alert, String field) {
        return alert.outputFields().get(field) instanceof String text && !text.isBlank() && !text.equals("<NA>")
                ? text
                : null;
    }
}
