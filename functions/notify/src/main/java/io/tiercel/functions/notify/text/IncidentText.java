package io.tiercel.functions.notify.text;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.enrich.NetworkFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.ResponseStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The texts of a message about an incident. */
public final class IncidentText {
    /** Maximum length of a headline. */
    public static final int MAX_HEADLINE_LENGTH = 200;

    private static final int MAX_STEPS = 5;
    private static final int MAX_LABELS = 5;

    private IncidentText() {}

    /** Returns the headline, for example {@code Closed: 3 times: Warning: Terminal shell in container}. */
    public static String headline(IncidentNotification notification) {
        Incident incident = notification.incident();
        String change = notification.state().closed() ? "Closed: " : notification.reopened() ? "Reopened: " : "";
        String count = incident.count() == 1 ? "" : incident.count() + " times: ";
        return MessageFact.line(
                change + count + incident.priority().label() + ": "
                        + incident.fingerprint().rule(),
                MAX_HEADLINE_LENGTH);
    }

    /**
     * Returns whether a channel that cannot edit its messages sends this one: it is the first, the incident opened, closed, escalated or
     * was acknowledged, its response has another state, or its count has grown tenfold.
     */
    public static boolean worthAMessage(IncidentNotification notification) {
        NotificationState current = notification.state();
        NotificationState previous = notification.previous().state();
        return notification.first()
                || current.closed() != previous.closed()
                || notification.reopened()
                || notification.escalated()
                || notification.acknowledged()
                || !current.response().equals(previous.response())
                || notification.countGrown();
    }

    /** Returns the facts that have a value, the most important first; at most 30. */
    public static List<MessageFact> facts(IncidentNotification notification) {
        Incident incident = notification.incident();
        Enrichment enrichment = incident.enrichment();
        List<MessageFact> facts = new ArrayList<>();
        add(facts, "State", state(notification.state()));
        add(facts, "Count", Long.toString(incident.count()));
        add(facts, "Workload", incident.fingerprint().workload());
        add(facts, "Program", incident.fingerprint().executable());
        add(facts, "Target", incident.targetText());
        add(facts, "Node", enrichment.host().node());
        add(facts, "Cluster", incident.fingerprint().cluster());
        add(facts, "Sender", enrichment.sender().text());
        add(facts, "Doubts", String.join("; ", incident.doubts()));
        notification.response().ifPresent(response -> response(facts, response));
        environment(facts, enrichment);
        add(facts, "Tactics", String.join(", ", incident.tactics()));
        add(facts, "First seen", time(incident.firstSeenNanos()));
        add(facts, "Last seen", time(incident.lastSeenNanos()));
        add(facts, "Incident", incident.id());
        return List.copyOf(facts);
    }

    private static String state(NotificationState state) {
        return state.acknowledgedBy().isEmpty()
                ? state.state()
                : state.state() + ", acknowledged by " + state.acknowledgedBy();
    }

    private static void response(List<MessageFact> facts, ResponseStatus response) {
        add(facts, "Response", response.state());
        response.steps().stream().limit(MAX_STEPS).forEach(step -> add(facts, "Step", step));
    }

    private static void environment(List<MessageFact> facts, Enrichment enrichment) {
        InstanceFacts instance = enrichment.instance();
        if (instance != null) {
            add(facts, "Instance", instance.id());
        }
        PodFacts pod = enrichment.pod();
        if (pod != null) {
            add(facts, "Pod", pod.namespace() + "/" + pod.name());
        }
        NetworkFacts network = enrichment.network();
        if (network != null) {
            add(facts, "Remote address", network.address());
        }
        enrichment.labels().entrySet().stream()
                .limit(MAX_LABELS)
                .forEach(label -> add(facts, label.getKey(), label.getValue()));
    }

    private static void add(List<MessageFact> facts, String name, String value) {
        if (!value.isBlank()) {
            facts.add(MessageFact.of(name, value));
        }
    }

    private static String time(long nanos) {
        return Instant.ofEpochSecond(0, nanos).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
