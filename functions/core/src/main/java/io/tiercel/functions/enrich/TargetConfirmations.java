package io.tiercel.functions.enrich;

import io.tiercel.functions.enrich.TargetConfirmation.Status;
import io.tiercel.functions.identity.Sender;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether the pod, the node and the instance of an alert are confirmed. This is the only place that decides it. {@code
 * docs/identity.md} describes the chain. An alert with one false claim has no target: a sender that names another node's pod does
 * not get its own instance isolated either.
 *
 * @param pod the pod: runs, or ran, on the sender's node with the uid from the alert
 * @param node the Kubernetes node: the sender's
 * @param instance the EC2 instance: the sender's or its node's, known to EC2
 * @param falseClaims contradictions that only a wrong statement of the alert explains: it names a host, a pod or an instance that
 *     is not its sender's. Empty for unverified senders
 */
public record TargetConfirmations(
        TargetConfirmation pod, TargetConfirmation node, TargetConfirmation instance, List<String> falseClaims) {
    /** Returns the confirmations of an enrichment. A pure function of its facts. */
    public static TargetConfirmations of(Enrichment enrichment) {
        Chain chain = new Chain(enrichment);
        TargetConfirmation node = chain.node();
        TargetConfirmation pod = chain.pod();
        TargetConfirmation instance = chain.instance();
        if (!enrichment.sender().verified()) {
            return new TargetConfirmations(pod, node, instance, List.of());
        }
        // A sender that names another node's pod does not get its own instance isolated either.
        List<String> ofAllTargets = List.copyOf(chain.falseClaims);
        return new TargetConfirmations(
                pod.contradictedBy(ofAllTargets),
                node.contradictedBy(ofAllTargets),
                instance.contradictedBy(ofAllTargets),
                Stream.concat(ofAllTargets.stream(), chain.falseNames.stream()).toList());
    }

    /** Returns all contradictions, each once: between the alert, its sender, the cluster and EC2. */
    public List<String> doubts() {
        return Stream.of(node, pod, instance)
                .filter(confirmation -> confirmation.status() == Status.CONTRADICTED)
                .flatMap(confirmation -> confirmation.reasons().stream())
                .distinct()
                .toList();
    }

    /** The facts of one enrichment, linked step by step. */
    private static final class Chain {
        /** Host names that AWS derives from addresses: {@code ip-10-0-0-1}. */
        private static final Pattern ADDRESS_NAME = Pattern.compile("ip-[0-9]{1,3}(?:-[0-9]{1,3}){3}");

        private final Enrichment facts;
        private final HostFacts host;
        private final Sender sender;

        /** False claims that contradict all targets. Only the lookups that {@link #linksOfHost} requires can find them. */
        private final Set<String> falseClaims = new LinkedHashSet<>();

        /** False claims that contradict the instance only. */
        private final Set<String> falseNames = new LinkedHashSet<>();

        Chain(Enrichment facts) {
            this.facts = facts;
            this.host = facts.host();
            this.sender = facts.sender();
        }

        TargetConfirmation node() {
            return linksOfNode().result();
        }

        TargetConfirmation pod() {
            Links links = linksOfNode();
            if (host.pod() == null || host.namespace() == null) {
                return links.missing("the alert names no pod").result();
            }
            PodFacts pod = facts.pod();
            if (pod == null) {
                return links.missingLookup(TargetFinder.POD, facts).result();
            }
            String name = "the pod " + pod.namespace() + "/" + pod.name();
            if (!pod.name().equals(host.pod()) || !pod.namespace().equals(host.namespace())) {
                links.contradicted("the cluster described " + name + ", not " + host.namespace() + "/" + host.pod());
            }
            if (host.podUid() == null) {
                links.missing("the alert has no pod uid");
            } else if (!host.podUid().equals(pod.uid())) {
                // Late alerts of a replaced pod look like this. The node of the new pod says nothing about the old one.
                links.contradicted(name + " is another one of the same name: its uid is " + pod.uid()
                        + ", the alert's is " + host.podUid());
                return links.result();
            }
            if (pod.node() == null) {
                return links.missing(name + " is on no node").result();
            }
            // A verified sender proves a node even if the lookup of the node failed.
            String node = facts.node() != null ? facts.node().name() : sender.node();
            if (node != null && !pod.node().equals(node)) {
                claim(links, name + " is on node " + pod.node() + ", not on " + node);
            }
            return links.result();
        }

        TargetConfirmation instance() {
            NodeFacts node = facts.node();
            boolean proven = sender.verified() && sender.instanceId() != null;
            // The sender proves its instance without a node. A host outside the cluster has none.
            Links links = proven ? linksOfHost() : linksOfNode();
            if (proven && node != null) {
                links.addContradictions(linksOfNode());
            }
            String id = proven ? sender.instanceId() : node == null ? null : node.instanceId();
            if (!proven && node != null && id == null) {
                links.missing("node " + node.name() + " has no EC2 instance as its providerID");
            }
            String claimed = host.instanceId();
            if (claimed != null && id != null && !claimed.equals(id)) {
                claim(links, "the alert names instance " + claimed + ", but its sender is on " + id);
            }
            InstanceFacts instance = facts.instance();
            if (instance == null) {
                return links.missingLookup(TargetFinder.INSTANCE, facts).result();
            }
            if (id != null && !instance.id().equals(id)) {
                links.contradicted("EC2 described " + instance.id() + ", but the sender is on " + id);
            }
            if (instance.state().equals("terminated")) {
                links.missing("the instance is terminated");
            }
            if (sender.account() != null) {
                sameAccount(links, sender.account(), instance.account());
            }
            sameAddressName(links, instance);
            return links.result();
        }

        private static void sameAccount(Links links, String ofSender, @Nullable String described) {
            if (described == null) {
                links.missing("EC2 names no account of the instance");
            } else if (!described.equals(ofSender)) {
                links.contradicted(
                        "the sender's instance is in account " + ofSender + ", the described one in " + described);
            }
        }

        /** A host chooses its name. A name that AWS gives to another address is a false claim. */
        private void sameAddressName(Links links, InstanceFacts instance) {
            String described = firstLabel(instance.privateDnsName() == null ? "" : instance.privateDnsName());
            String claimed = firstLabel(host.node());
            if (ADDRESS_NAME.matcher(claimed).matches()
                    && ADDRESS_NAME.matcher(described).matches()
                    && !claimed.equals(described)) {
                String falseName = "the alert's host is " + claimed + ", but the instance is " + described;
                links.contradicted(falseName);
                falseNames.add(falseName);
            }
        }

        /** Links the alert's host to the verified sender and to a node of the cluster. */
        private Links linksOfNode() {
            Links links = linksOfHost();
            NodeFacts node = facts.node();
            if (node == null) {
                return links.missingLookup(TargetFinder.NODE, facts);
            }
            if (!sender.verified()) {
                return links;
            }
            if (sender.instanceId() == null) {
                if (!node.name().equals(sender.node())) {
                    links.contradicted(
                            "the alert's node is " + node.name() + ", but its sender is the " + sender.text());
                }
            } else if (node.instanceId() == null) {
                links.missing("node " + node.name() + " has no EC2 instance as its providerID");
            } else if (!sender.instanceId().equals(node.instanceId())) {
                claim(
                        links,
                        "node " + node.name() + " is instance " + node.instanceId() + ", but the alert's sender is the "
                                + sender.text());
            }
            return links;
        }

        /**
         * Links the alert's host name to the verified sender. A lookup that failed might have contradicted the alert, so without it
         * nothing is confirmed.
         */
        private Links linksOfHost() {
            Links links = new Links();
            facts.lookups().stream()
                    .filter(lookup -> !lookup.completed() && TargetFinder.CLUSTER_SOURCES.contains(lookup.source()))
                    .forEach(lookup -> links.missingLookup(lookup.source(), facts));
            if (!sender.verified()) {
                return links.missing("the sender is not verified: " + sender.reason());
            }
            if (sender.node() != null && !sameHost(sender.node(), host.node())) {
                claim(links, "the alert's host is " + host.node() + ", but its sender is the " + sender.text());
            }
            return links;
        }

        private void claim(Links links, String contradiction) {
            links.contradicted(contradiction);
            falseClaims.add(contradiction);
        }

        /** Host names have no case (RFC 4343). */
        private static boolean sameHost(String a, String b) {
            return a.toLowerCase(Locale.ROOT).equals(b.toLowerCase(Locale.ROOT));
        }

        private static String firstLabel(String hostName) {
            int dot = hostName.indexOf('.');
            return dot < 0 ? hostName : hostName.substring(0, dot);
        }
    }

    /** The missing and contradicting links of one target. */
    private static final class Links {
        private final List<String> missing = new ArrayList<>();
        private final List<String> contradictions = new ArrayList<>();
        private boolean retryable;

        Links missing(String reason) {
            if (!missing.contains(reason)) {
                missing.add(reason);
            }
            return this;
        }

        void contradicted(String reason) {
            contradictions.add(reason);
        }

        void addContradictions(Links other) {
            other.contradictions.stream()
                    .filter(reason -> !contradictions.contains(reason))
                    .forEach(contradictions::add);
        }

        Links missingLookup(String source, Enrichment facts) {
            LookupRecord lookup = facts.lookups().stream()
                    .filter(record -> record.source().equals(source))
                    .reduce((first, second) -> second)
                    .orElse(null);
            if (lookup == null) {
                return missing("no lookup at source \"" + source + "\"");
            }
            retryable |= !lookup.completed();
            return missing("lookup at source \"" + source + "\": " + lookup.outcome());
        }

        TargetConfirmation result() {
            if (!contradictions.isEmpty()) {
                return new TargetConfirmation(Status.CONTRADICTED, List.copyOf(contradictions), false);
            }
            return missing.isEmpty()
                    ? TargetConfirmation.CONFIRMED
                    : new TargetConfirmation(Status.UNCONFIRMED, List.copyOf(missing), retryable);
        }
    }
}
