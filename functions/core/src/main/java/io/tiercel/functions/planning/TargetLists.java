package io.tiercel.functions.planning;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.enrich.ResourceNames;
import io.tiercel.functions.enrich.TargetConfirmation;
import io.tiercel.functions.enrich.TargetConfirmations;
import io.tiercel.functions.respond.plan.AffectedTarget;
import io.tiercel.rules.text.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The targets of one episode of an incident, as stored. Alerts that anybody can send have their own list, so that they never take
 * the place of targets that verified senders report.
 *
 * @param verified targets of verified senders, oldest first; at most {@link AffectedTargets#MAX_TARGETS}
 * @param moreVerified whether verified senders reported more
 * @param others all other targets, oldest first; at most {@link AffectedTargets#MAX_TARGETS}
 * @param moreOthers whether there were more
 */
record TargetLists(List<Entry> verified, boolean moreVerified, List<Entry> others, boolean moreOthers) {
    static final TargetLists NONE = new TargetLists(List.of(), false, List.of(), false);

    TargetLists {
        verified = verified == null ? List.of() : verified;
        others = others == null ? List.of() : others;
    }

    /** Returns whether the target belongs to the verified list. An alert that contradicts its own credential does not. */
    static boolean isVerified(Enrichment enrichment) {
        return enrichment.sender().verified()
                && TargetConfirmations.of(enrichment).falseClaims().isEmpty();
    }

    /** Returns the keys of all listed targets. */
    List<String> keys() {
        return Stream.concat(verified.stream(), others.stream()).map(Entry::key).toList();
    }

    boolean names(String key) {
        return keys().contains(key);
    }

    /** Returns the lists with a target; equal lists if they have it, or if its list is full and marked as such. */
    TargetLists with(Entry entry, boolean isVerified) {
        List<Entry> before = isVerified ? verified : others;
        if (before.stream().anyMatch(known -> known.covers(entry))) {
            return this;
        }
        List<Entry> after = new ArrayList<>(before);
        after.removeIf(entry::covers);
        boolean full = after.size() >= AffectedTargets.MAX_TARGETS;
        if (!full) {
            after.add(entry);
        }
        return isVerified
                ? new TargetLists(List.copyOf(after), moreVerified || full, others, moreOthers)
                : new TargetLists(verified, moreVerified, List.copyOf(after), moreOthers || full);
    }

    /**
     * A listed target.
     *
     * @param key {@link AffectedTarget#key}
     * @param source hash of the sender, the host, the pod and the instance, according to the alert
     * @param confirmed rank of the confirmation of pod, node and instance: 2 confirmed, 1 not confirmed, 0 contradicted
     * @param instance id of the confirmed instance; empty if none is confirmed
     */
    record Entry(String key, String source, List<Integer> confirmed, String instance) {
        private static final int SOURCE_BYTES = 12;

        static Entry of(Enrichment enrichment) {
            TargetConfirmations confirmations = TargetConfirmations.of(enrichment);
            InstanceFacts instance = enrichment.instance();
            return new Entry(
                    AffectedTarget.key(enrichment),
                    source(enrichment, confirmations),
                    Stream.of(confirmations.pod(), confirmations.node(), confirmations.instance())
                            .map(Entry::rank)
                            .toList(),
                    instance != null && confirmations.instance().confirmed() ? instance.id() : "");
        }

        private static String source(Enrichment enrichment, TargetConfirmations confirmations) {
            HostFacts host = enrichment.host();
            Sha256 hash = new Sha256().update(enrichment.sender().scope());
            hash.update("\n").update(host.node());
            hash.update("\n").update(String.valueOf(host.instanceId()));
            // A contradicted pod is no target, so its name must not take a place of its own.
            if (confirmations.pod().status() != TargetConfirmation.Status.CONTRADICTED) {
                hash.update("\n").update(name(host.namespace()));
                hash.update("\n").update(name(host.pod()));
                hash.update("\n").update(String.valueOf(host.podUid()));
            }
            return hash.hexPrefix(SOURCE_BYTES);
        }

        private static String name(@Nullable String text) {
            return text != null && ResourceNames.isKubernetesName(text) ? text : "";
        }

        private static int rank(TargetConfirmation confirmation) {
            return switch (confirmation.status()) {
                case CONFIRMED -> 2;
                case UNCONFIRMED -> 1;
                case CONTRADICTED -> 0;
            };
        }

        /**
         * Returns whether this entry makes another one redundant: it has the same targets, or the same source and is confirmed as
         * well or better.
         */
        boolean covers(Entry other) {
            return key.equals(other.key)
                    || source.equals(other.source)
                            && (other.instance.isEmpty() || other.instance.equals(instance))
                            && Stream.of(0, 1, 2).allMatch(i -> confirmed.get(i) >= other.confirmed.get(i));
        }
    }
}
