package io.tiercel.functions.respond.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.enrich.LookupRecord;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.enrich.TestInstances;
import io.tiercel.functions.identity.Sender;
import io.tiercel.rules.alert.Alert;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The facts about one alert from a pod of the namespace shop on node-7: what the alert claims and what each source answers.
 *
 * @param pod the pod in the alert
 * @param podUid the uid in the alert; null for none
 * @param claimedInstance the instance in the alert; null for none
 * @param sender the sender
 * @param podAnswer the answer of the cluster about the pod
 * @param nodeAnswer the answer of the cluster about the node
 * @param instanceAnswer the answer of EC2
 */
public record AffectedTargetFacts(
        String pod,
        @Nullable String podUid,
        @Nullable String claimedInstance,
        Sender sender,
        Answer<PodFacts> podAnswer,
        Answer<NodeFacts> nodeAnswer,
        Answer<InstanceFacts> instanceAnswer) {
    /** The host name in every alert. */
    public static final String NODE = "node-7";

    private static final Enricher ENRICHER = new Enricher("prod", AttackTechniques.load());

    /**
     * The answer of a source.
     *
     * @param fact the object; null if the source did not find it or did not answer
     * @param outcome the outcome of the lookup; null if there was no lookup
     */
    public record Answer<T>(@Nullable T fact, @Nullable String outcome) {
        static <T> Answer<T> found(T fact) {
            return new Answer<>(fact, LookupRecord.FOUND);
        }

        static <T> Answer<T> absent() {
            return new Answer<>(null, LookupRecord.ABSENT);
        }

        static <T> Answer<T> timedOut() {
            return new Answer<>(null, LookupRecord.TIMED_OUT);
        }

        static <T> Answer<T> notAsked() {
            return new Answer<>(null, null);
        }
    }

    /** Returns facts that confirm the pod, the node and the instance. */
    public static AffectedTargetFacts confirmed(String pod, String instance) {
        return new AffectedTargetFacts(
                pod,
                uid(pod),
                instance,
                Sender.ofNode(NODE),
                Answer.found(pod(pod, uid(pod), NODE)),
                Answer.found(node(NODE, instance)),
                Answer.found(instance(instance)));
    }

    /** Returns what an alert without a credential leads to if it makes the same claims. */
    public AffectedTargetFacts forged() {
        return from(Sender.NONE);
    }

    public AffectedTargetFacts from(Sender other) {
        return new AffectedTargetFacts(pod, podUid, claimedInstance, other, podAnswer, nodeAnswer, instanceAnswer);
    }

    public AffectedTargetFacts withPod(Answer<PodFacts> answer) {
        return new AffectedTargetFacts(pod, podUid, claimedInstance, sender, answer, nodeAnswer, instanceAnswer);
    }

    public AffectedTargetFacts withPodUid(@Nullable String uid) {
        return new AffectedTargetFacts(pod, uid, claimedInstance, sender, podAnswer, nodeAnswer, instanceAnswer);
    }

    public AffectedTargetFacts withNode(Answer<NodeFacts> answer) {
        return new AffectedTargetFacts(pod, podUid, claimedInstance, sender, podAnswer, answer, instanceAnswer);
    }

    public AffectedTargetFacts withInstance(Answer<InstanceFacts> answer) {
        return new AffectedTargetFacts(pod, podUid, claimedInstance, sender, podAnswer, nodeAnswer, answer);
    }

    /** Returns the affected target as it is stored with the alert. */
    public AffectedTarget target() {
        Alert alert = alert();
        return AffectedTarget.of(alert, enrichment(alert));
    }

    public Enrichment enrichment() {
        return enrichment(alert());
    }

    private Alert alert() {
        ObjectNode document = AlertText.with(AlertText.shellInPod(), "k8s.pod.name", pod);
        if (podUid != null) {
            document = AlertText.with(document, "k8s.pod.uid", podUid);
        }
        if (claimedInstance != null) {
            document = AlertText.with(document, "ec2.instance.id", claimedInstance);
        }
        return AlertText.read(document).alert();
    }

    private Enrichment enrichment(Alert alert) {
        Enrichment claims = ENRICHER.enrich(alert);
        return new Enrichment(
                sender,
                claims.host(),
                claims.techniques(),
                claims.tactics(),
                instanceAnswer.fact(),
                nodeAnswer.fact(),
                podAnswer.fact(),
                null,
                Map.of(),
                Stream.of(
                                record("kubernetes node", nodeAnswer),
                                record("kubernetes pod", podAnswer),
                                record("ec2", instanceAnswer))
                        .flatMap(List::stream)
                        .toList());
    }

    private static List<LookupRecord> record(String source, Answer<?> answer) {
        return answer.outcome() == null ? List.of() : List.of(new LookupRecord(source, "x", answer.outcome(), 0));
    }

    public static String uid(String pod) {
        return "uid-of-" + pod;
    }

    public static PodFacts pod(String name, String uid, String node) {
        return new PodFacts(
                "shop",
                name,
                uid,
                node,
                "10.0.0.9",
                false,
                "default",
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                Map.of());
    }

    public static NodeFacts node(String name, @Nullable String instance) {
        return new NodeFacts(
                name, "uid-of-" + name, "aws:///eu-west-1a/" + instance, instance, null, null, false, Map.of());
    }

    public static InstanceFacts instance(String id) {
        return TestInstances.running(id);
    }
}
