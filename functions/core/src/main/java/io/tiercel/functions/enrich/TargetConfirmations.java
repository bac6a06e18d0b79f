package io.tiercel.functions.enrich;

import io.tiercel.functions.enrich.TargetConfirmation.Status;
import io.tiercel.functions.identity.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether the pod, the node and the instance of an alert are confirmed. This is the only place that decides it. {@code
 * docs/identity.md} describes the chain.
 *
 * @param pod the pod: runs on the sender's node with the uid from the alert
 * @param node the Kubernetes node: the sender's
 * @param instance the EC2 instance: the sender's node's, known to EC2
 */
public record TargetConfirmations(TargetConfirmation pod, TargetConfirmation node, TargetConfirmation instance) {
    /** Returns the confirmations of an enrichment. A pure function of its facts. */
    public static TargetConfirmations of(Enrichment enrichment) {
        Chain chain = new Chain(enrichment);
        return new TargetConfirmations(chain.pod(), chain.node(), chain.instance());
    }

    /** Returns all contradictions, each once: between the alert, its sender, the cluster and EC2. */
    public List<String> doubts() {
        return List.of(node, pod, instance).stream()
                .filter(confirmation -> confirmation.status() == Status.CONTRADICTED)
                .flatMap(confirmation -> confirmation.reasons().stream())
                .distinct()
                .toList();
    }

    /** The facts of one enrichment, linked step by step. */
    private static final class Chain {
        private final Enrichment facts;
        private final HostFacts host;
        private final Sender sender;

        Chain(Enrichment facts) {
            this.facts = facts;
            this.host = facts.host();
            this.sender = facts.sender();
        }

        TargetConfirmation pod() {
            Links links = linksOfNode();
            if (host.pod() == null || host.namespace() == null) {
                return links.missing("the alert names no pod").result();
            }
            PodFacts pod = facts.pod();
            if (pod == null) {
                return links.missingLookup("kubernetes pod", facts).result();
            }
            if (host.podUid() == null) {
                links.missing("the alert has no pod uid");
            } else if (isReplaced(pod)) {
                links.contradicted("the pod " + pod.namespace() + "/" + pod.name()
                        + " is another one of the same name: its uid is " + pod.uid() + ", the alert's is "
                        + host.podUid());
            }
            if (pod.node() == null) {
                links.missing("the pod is on no node");
            }
            return links.result();
        }

        TargetConfirmation node() {
            return linksOfNode().result();
        }

        TargetConfirmation instance() {
            Links links = linksOfHost();
            NodeFacts node = facts.node();
            String id = instanceOfHost();
            if (sender.kind() == Sender.Kind.INSTANCE_IDENTITY) {
                links.addAll(node == null ? new Links() : linksOfNode());
            } else {
                links.addAll(linksOfNode());
                if (node != null && id == null) {
                    links.missing("node " + node.name() + " has no EC2 instance as its providerID");
                }
            }
            InstanceFacts instance = facts.instance();
            if (instance == null) {
                links.missingLookup("ec2", facts);
            } else {
                if (id != null && !instance.id().equals(id)) {
                    links.contradicted("EC2 described " + instance.id() + ", but the sender's node is " + id);
                }
                if (instance.state().equals("terminated")) {
                    links.missing("the instance is terminated");
                }
                if (sender.account() != null && !sender.account().equals(instance.account())) {
                    links.contradicted("the sender's instance is in account " + sender.account()
                            + ", the described one in " + instance.account());
                }
            }
            return links.result();
        }

        /** Links the alert's host to the verified sender and to a node of the cluster. */
        private Links linksOfNode() {
            Links links = linksOfHost();
            NodeFacts node = facts.node();
            if (node == null) {
                return links.missingLookup("kubernetes node", facts);
            }
            if (sender.verified() && !node.name().equals(nodeOfSender(node))) {
                links.contradicted("the alert's node is " + node.name() + ", but its sender is the " + sender.text());
            }
            return links;
        }

        /** Returns the name of the node that the verified sender is on; the instance's node for a sensor of an instance. */
        private @Nullable String nodeOfSender(NodeFacts node) {
            return sender.kind() == Sender.Kind.INSTANCE_IDENTITY
                    ? String.valueOf(sender.instanceId()).equals(node.instanceId()) ? node.name() : null
                    : sender.node();
        }

        /**
         * Links the alert's host name to the verified sender. An alert that contradicts its host in one point has no confirmed
         * target: a sender that names another node's pod does not get its own instance isolated either.
         */
        private Links linksOfHost() {
            Links links = new Links();
            if (!sender.verified()) {
                links.missing("the sender is not verified: " + sender.reason());
            } else if (sender.node() != null && !sameHost(sender.node(), host.node())) {
                links.contradicted("the alert's host is " + host.node() + ", but its sender is the " + sender.text());
            }
            PodFacts pod = facts.pod();
            String node = sender.node() != null
                    ? sender.node()
                    : facts.node() == null ? null : facts.node().name();
            if (pod != null && !isReplaced(pod) && pod.node() != null && node != null && !sameHost(pod.node(), node)) {
                links.contradicted("the pod " + pod.namespace() + "/" + pod.name() + " is on node " + pod.node()
                        + ", not on " + node);
            }
            String claimed = host.instanceId();
            String id = instanceOfHost();
            if (claimed != null && id != null && !claimed.equals(id)) {
                links.contradicted("the alert names instance " + claimed + ", but its sender's node is " + id);
            }
            return links;
        }

        /** Returns whether a later pod of the same name has taken the place of the alert's pod, perhaps on another node. */
        private boolean isReplaced(PodFacts pod) {
            return host.podUid() != null && !host.podUid().equals(pod.uid());
        }

        /** Returns the instance of the sender or of the alert's node; null if unknown. Never the one that the alert names. */
        private @Nullable String instanceOfHost() {
            if (sender.kind() == Sender.Kind.INSTANCE_IDENTITY) {
                return sender.instanceId();
            }
            return facts.node() == null ? null : facts.node().instanceId();
        }

        /** Host names have no case (RFC 4343). */
        private static boolean sameHost(String a, String b) {
            return a.toLowerCase(Locale.ROOT).equals(b.toLowerCase(Locale.ROOT));
        }
    }

    /** The missing and contradicting links of one target. */
    private static final class Links {
        private final List<String> missing = new ArrayList<>();
        private final List<String> contradictions = new ArrayList<>();
        private boolean retryable;

        Links missing(String reason) {
            missing.add(reason);
            return this;
        }

        void contradicted(String reason) {
            contradictions.add(reason);
        }

        void addAll(Links other) {
            other.missing.stream().filter(reason -> !missing.contains(reason)).forEach(missing::add);
            other.contradictions.stream()
                    .filter(reason -> !contradictions.contains(reason))
                    .forEach(contradictions::add);
            retryable |= other.retryable;
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
