package io.tiercel.functions.notify.slack;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.enrich.NetworkFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.enrich.Technique;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.ButtonAction;
import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.ResponseStatus;
import io.tiercel.functions.notification.SilenceScope;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An incident as a Slack message in Block Kit.
 *
 * <p>Text from events is escaped, so that Slack does not interpret it as markup, mentions or links. It is truncated to
 * Slack's limits: 150 characters in a header, 3000 in a section, 2000 in a field, 10 fields, 50 blocks. The whole message
 * stays well below 13,000 characters, at which Slack rejects it.
 *
 * @param text the text for notifications and for clients that do not show blocks
 * @param blocks the blocks
 * @see <a href="https://docs.slack.dev/reference/block-kit/blocks">Block Kit reference</a>
 */
public record SlackMessage(String text, ArrayNode blocks) {
    static final int MAX_HEADER_LENGTH = 150;
    static final int MAX_FIELD_LENGTH = 400;
    static final int MAX_TEXT_LENGTH = 1500;
    static final int MAX_PLAN_LENGTH = 2000;
    private static final int MAX_STEPS = 10;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Creates the root message, which shows the current state of the incident. */
    public static SlackMessage root(IncidentNotification notification, ButtonSigner buttons) {
        Incident incident = notification.incident();
        Fingerprint cause = incident.fingerprint();
        String headline = headline(notification);
        ArrayNode blocks = JSON.arrayNode();
        header(blocks, headline);
        if (!notification.message().isBlank()) {
            section(blocks, SlackText.code(notification.message(), MAX_TEXT_LENGTH));
        }
        ArrayNode fields = blocks.addObject().put("type", "section").putArray("fields");
        field(fields, "Count", Long.toString(incident.count()));
        field(fields, "Node", incident.enrichment().host().node());
        field(fields, "Workload", cause.workload());
        field(fields, "Program", cause.executable());
        field(fields, "Target", incident.targetText());
        field(fields, "Cluster", cause.cluster());
        field(fields, "Tactics", String.join(", ", incident.tactics()));
        field(
                fields,
                "Techniques",
                incident.enrichment().techniques().stream()
                        .map(SlackMessage::technique)
                        .collect(Collectors.joining(", ")));
        field(fields, "First seen", time(incident.firstSeenNanos()));
        field(fields, "Last seen", time(incident.lastSeenNanos()));
        facts(blocks, incident);
        notification.response().ifPresent(response -> section(blocks, plan(response)));
        actions(blocks, notification, buttons);
        NotificationState state = notification.state();
        String status = state.acknowledgedBy().isEmpty()
                ? state.state()
                : state.state() + ", acknowledged by " + state.acknowledgedBy();
        context(
                blocks,
                "incident " + SlackText.code(incident.id(), MAX_FIELD_LENGTH) + " "
                        + SlackText.escaped(status, MAX_FIELD_LENGTH) + group(notification));
        return new SlackMessage(SlackText.escaped(headline + " on " + cause.workload(), MAX_FIELD_LENGTH), blocks);
    }

    /** Says in which message the incident was shown before it got one of its own. */
    private static String group(IncidentNotification notification) {
        NotificationRecord.Placement placement = notification.previous().placement();
        return placement == null || placement.groups().isEmpty()
                ? ""
                : ", also counted in group " + SlackText.code(placement.groups().getLast(), MAX_FIELD_LENGTH);
    }

    /** Creates a reply that describes the state changes; empty if only the count has changed. */
    static Optional<SlackMessage> reply(IncidentNotification notification) {
        List<String> changes = new ArrayList<>();
        NotificationState current = notification.state();
        NotificationState previous = notification.previous().state();
        if (notification.reopened()) {
            changes.add("The incident was reopened.");
        } else if (current.closed() && !previous.closed()) {
            changes.add(
                    "The incident was closed after " + notification.incident().count() + " alerts.");
        } else if (notification.verified()) {
            changes.add("The " + notification.incident().enrichment().sender().text()
                    + " sent an alert of this incident. The senders of all earlier ones were not verified.");
        } else if (notification.escalated()) {
            changes.add("The incident escalated: priority " + current.priority() + ", "
                    + notification.incident().count() + " alerts, tactics "
                    + String.join(", ", notification.incident().tactics()) + ".");
        }
        if (notification.acknowledged()) {
            changes.add("Acknowledged by " + current.acknowledgedBy() + ".");
        }
        if (!current.response().isEmpty() && !current.response().equals(previous.response())) {
            changes.add("Response: " + current.response() + ".");
        }
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        String text = SlackText.escaped(String.join(" ", changes), MAX_TEXT_LENGTH);
        ArrayNode blocks = JSON.arrayNode();
        section(blocks, text);
        notification
                .response()
                .filter(response -> !response.state().equals(previous.response()))
                .ifPresent(response -> section(blocks, plan(response)));
        return Optional.of(new SlackMessage(text, blocks));
    }

    /** The payload for an incoming webhook. */
    ObjectNode payload() {
        ObjectNode payload = JSON.objectNode().put("text", text);
        payload.set("blocks", blocks);
        return payload;
    }

    private static String headline(IncidentNotification notification) {
        Incident incident = notification.incident();
        String state = notification.state().closed() ? "Closed: " : "";
        String count = incident.count() == 1 ? "" : incident.count() + " times: ";
        return state + count + incident.priority().label() + ": "
                + incident.fingerprint().rule();
    }

    private static void facts(ArrayNode blocks, Incident incident) {
        Enrichment enrichment = incident.enrichment();
        List<String> facts = new ArrayList<>();
        facts.add(line("Sender", enrichment.sender().text()));
        facts.add(line("Doubts", incident.doubts().isEmpty() ? null : String.join("; ", incident.doubts())));
        InstanceFacts instance = enrichment.instance();
        if (instance != null) {
            facts.add(line("Instance", instance.id() + " " + instance.type() + suffix("in ", instance.vpc())));
        }
        PodFacts pod = enrichment.pod();
        if (pod != null) {
            PodFacts.Owner owner = pod.workload();
            facts.add(line("Pod", pod.namespace() + "/" + pod.name()));
            facts.add(line("Owner", owner == null ? null : owner.kind() + " " + owner.name()));
            facts.add(line("Role", pod.role()));
        }
        NetworkFacts network = enrichment.network();
        if (network != null) {
            facts.add(line(
                    "Remote address",
                    network.address()
                            + suffix("", network.country())
                            + suffix("", network.organization())
                            + suffix("on ", network.lists().isEmpty() ? null : String.join(", ", network.lists()))));
        }
        enrichment.labels().forEach((name, value) -> facts.add(line(name, value)));
        facts.add(
                line("Missing data", enrichment.missing().isEmpty() ? null : String.join("; ", enrichment.missing())));
        String lines =
                facts.stream().filter(line -> !line.isEmpty()).limit(MAX_STEPS).collect(Collectors.joining("\n"));
        if (!lines.isEmpty()) {
            // At most ten lines of 240 characters.
            section(blocks, lines);
        }
    }

    private static String suffix(String label, @Nullable String value) {
        return value == null ? "" : " " + label + value;
    }

    private static String line(String name, @Nullable String value) {
        return value == null || value.isBlank() ? "" : SlackText.escaped(name, 40) + ": " + SlackText.code(value, 200);
    }

    private static String plan(ResponseStatus response) {
        StringBuilder plan =
                new StringBuilder("*Response* (" + SlackText.escaped(response.state(), MAX_FIELD_LENGTH) + ")");
        for (String step : response.steps().subList(0, Math.min(response.steps().size(), MAX_STEPS))) {
            String line = "\n• " + SlackText.code(step, MAX_FIELD_LENGTH);
            if (plan.length() + line.length() > MAX_PLAN_LENGTH) {
                return plan.append("\n• ").append(SlackText.ELLIPSIS).toString();
            }
            plan.append(line);
        }
        return plan.toString();
    }

    private static void actions(ArrayNode blocks, IncidentNotification notification, ButtonSigner buttons) {
        ArrayNode elements = JSON.arrayNode();
        String id = notification.incident().id();
        if (!notification.state().closed()
                && notification.state().acknowledgedBy().isEmpty()) {
            buttons.sign(ButtonAction.ACKNOWLEDGE, id, "")
                    .ifPresent(value -> elements.add(button(ButtonAction.ACKNOWLEDGE, "Acknowledge", value)));
        }
        notification.response().ifPresent(response -> {
            if (response.approvable()) {
                buttons.sign(ButtonAction.APPROVE, id, response.planId())
                        .ifPresent(value -> elements.add(confirmed(
                                button(ButtonAction.APPROVE, "Approve response", value)
                                        .put("style", "danger"),
                                "The steps of the plan will be applied.")));
            }
            if (response.releasable()) {
                buttons.sign(ButtonAction.RELEASE, id, response.planId())
                        .ifPresent(value -> elements.add(confirmed(
                                button(ButtonAction.RELEASE, "Release", value), "The response will be undone.")));
            }
        });
        if (!notification.state().closed()) {
            silenceMenu(notification, buttons).ifPresent(elements::add);
        }
        if (!elements.isEmpty()) {
            blocks.addObject().put("type", "actions").put("block_id", "tiercel").set("elements", elements);
        }
    }

    private static Optional<ObjectNode> silenceMenu(IncidentNotification notification, ButtonSigner buttons) {
        ObjectNode menu = JSON.objectNode().put("type", "static_select").put("action_id", "tiercel-SILENCE");
        menu.set("placeholder", plain("Silence"));
        ArrayNode options = menu.putArray("options");
        SilenceScope scope = SilenceScope.of(notification.state());
        for (Duration duration : SilenceScope.DURATIONS) {
            buttons.signSilence(notification.incident().id(), scope, duration).ifPresent(value -> {
                ObjectNode option = options.addObject().put("value", value);
                option.set("text", plain("Silence for " + length(duration)));
            });
        }
        return options.isEmpty() ? Optional.empty() : Optional.of(menu);
    }

    private static String length(Duration duration) {
        long hours = duration.toHours();
        return hours == 1 ? "1 hour" : hours % 24 == 0 ? hours / 24 + " days" : hours + " hours";
    }

    static ObjectNode button(ButtonAction action, String text, String value) {
        ObjectNode button = JSON.objectNode().put("type", "button").put("action_id", "tiercel-" + action);
        button.set("text", plain(text));
        return button.put("value", value);
    }

    private static ObjectNode confirmed(ObjectNode button, String text) {
        ObjectNode confirm = button.putObject("confirm");
        confirm.set("title", plain("Are you sure?"));
        confirm.set("text", plain(text));
        confirm.set("confirm", plain("Yes"));
        confirm.set("deny", plain("No"));
        return button;
    }

    private static String technique(Technique technique) {
        return technique.id() + " " + technique.name();
    }

    private static String time(long nanos) {
        return Instant.ofEpochSecond(0, nanos).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static void field(ArrayNode fields, String name, String value) {
        if (!value.isBlank()) {
            fields.add(markdown("*" + name + "*\n" + SlackText.code(value, MAX_FIELD_LENGTH)));
        }
    }

    /** Adds a header, escaped and truncated here. */
    static void header(ArrayNode blocks, String headline) {
        blocks.addObject().put("type", "header").set("text", plain(SlackText.escaped(headline, MAX_HEADER_LENGTH)));
    }

    static void context(ArrayNode blocks, String escaped) {
        blocks.addObject().put("type", "context").putArray("elements").add(markdown(escaped));
    }

    static void section(ArrayNode blocks, String escaped) {
        blocks.addObject().put("type", "section").set("text", markdown(escaped));
    }

    private static ObjectNode markdown(String escaped) {
        return JSON.objectNode().put("type", "mrkdwn").put("text", escaped).put("verbatim", true);
    }

    private static ObjectNode plain(String escaped) {
        return JSON.objectNode().put("type", "plain_text").put("text", escaped).put("emoji", false);
    }
}
