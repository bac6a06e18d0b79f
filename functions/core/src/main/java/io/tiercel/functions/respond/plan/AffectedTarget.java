package io.tiercel.functions.respond.plan;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.respond.policy.IdentifiedTarget;
import io.tiercel.functions.respond.policy.IdentifiedTargets;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.text.Sha256;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A source of an incident's alerts: a pod with its node and instance, as far as they are identified.
 *
 * @param key the same for all alerts from this source, see {@link #key}
 * @param alert the first alert from this source
 * @param enrichment the enrichment of that alert
 */
public record AffectedTarget(String key, Alert alert, Enrichment enrichment) {
    private static final int KEY_BYTES = 8;

    /** Returns the affected target that an alert comes from. */
    public static AffectedTarget of(Alert alert, Enrichment enrichment) {
        return new AffectedTarget(key(enrichment), alert, enrichment);
    }

    /**
     * Returns the name of the target as far as it is proven, the same for all incidents: the pod's uid, else the node, else the
     * instance, else the verified sender. Empty for an unverified sender, who chooses all of them.
     */
    Optional<String> provenName() {
        if (!enrichment.sender().verified()) {
            return Optional.empty();
        }
        IdentifiedTargets targets = IdentifiedTargets.of(enrichment);
        return Stream.of(targets.pod(), targets.node(), targets.instance())
                .filter(IdentifiedTarget::confirmed)
                .map(IdentifiedTarget::target)
                .filter(Objects::nonNull)
                .map(target -> target.uid() == null ? target.text() : "pod " + target.uid())
                .findFirst()
                .or(() -> Optional.of(enrichment.sender().scope()));
    }

    /**
     * Returns a short hash of the verified sender, and of pod, node and instance with the status of their confirmation. It is a
     * valid key in every store. An alert of an unverified sender never has the key of a verified one.
     */
    public static String key(Enrichment enrichment) {
        IdentifiedTargets targets = IdentifiedTargets.of(enrichment);
        Sha256 hash = new Sha256().update(enrichment.sender().scope());
        for (IdentifiedTarget identified : List.of(targets.pod(), targets.node(), targets.instance())) {
            hash.update("\n" + identified.target() + "\n"
                    + identified.confirmation().status());
        }
        return hash.hexPrefix(KEY_BYTES);
    }
}
