package io.tiercel.functions.notification;

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
import io.tiercel.functions.notification.Buttons.Wish;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An incident as a Slack message in Block Kit. Texts that come from events are escaped, kept from being read as markup,
 * mentions or links, and cut to Slack's limits: 150 characters in a header, 3000 in a section, 2000 in a field, 10 fields,
 * 50 blocks; the parts together stay well below the 13,000 characters at which Slack refuses the whole message.
 *
 * @param text what is read where blocks are not shown, and in notifications
 * @param blocks the blocks
 * @see <a href="https://docs.slack.dev/reference/block-kit/blocks">Block Kit reference</a>
 */
public record SlackMessage(String text, ArrayNode blocks) {
    static final int HEADER_LIMIT = 150;
    static final int FIELD_LIMIT = 400;
    static final int MESSAGE_LIMIT = 1500;
    static final int PLAN_LIMIT = 2000;
    private static final int MAX_STEPS = 10;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** The message that stands for the incident, as it is now. */
    public static SlackMessage root(Notice notice, Buttons buttons) {
        Incident incident = notice.incident();
        Fingerprint cause = incident.fingerprint();
        String headline = headline(notice);
        ArrayNode blocks = JSON.arrayNode();
        blocks.addObject().put("type", "header").set("text", plain(SlackText.escaped(headline, HEADER_LIMIT)));
        if (!notice.words().isBlank()) {
            section(blocks, SlackText.code(notice.words(), MESSAGE_LIMIT));
        }
        ArrayNode fields = blocks.addObject().put("type", "section").putArray("fields");
        field(fields, "Count", Long.toString(incident.count()));
        field(fields, "Node", incident.enrichment().host().node());
        field(fields, "Workload", cause.workload());
        field(fields, "Program", cause.executable());
        field(fields, "Target", cause.target());
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
        known(blocks, incident.enrichment());
        notice.response().ifPresent(response -> section(blocks, plan(response)));
        actions(blocks, notice, buttons);
        String standing = notice.situation().acknowledgedBy().isEmpty()
                ? notice.situation().state()
                : notice.situation().state() + ", acknowledged by "
                        + notice.situation().acknowledgedBy();
        blocks.addObject()
                .put("type", "context")
                .putArray("elements")
                .add(markdown("incident " + SlackText.code(incident.id(), FIELD_LIMIT) + " "
                        + SlackText.escaped(standing, FIELD_LIMIT)));
        return new SlackMessage(SlackText.escaped(headline + " on " + cause.workload(), FIELD_LIMIT), blocks);
    }

    /** What has changed since the channel last told, for the incident's thread; empty if it is only the count. */
    static Optional<SlackMessage> reply(Notice notice) {
        List<String> changes = new ArrayList<>();
        Situation now = notice.situation();
        Situation before = notice.last().situation();
        if (notice.reopened()) {
            changes.add("The incident has opened again.");
        } else if (now.closed() && !before.closed()) {
            changes.add("The incident is closed after " + notice.incident().count() + " alerts.");
        } else if (notice.escalated()) {
            changes.add("The incident has escalated: priority " + now.priority() + ", "
                    + notice.incident().count() + " alerts, tactics "
                    + String.join(", ", notice.incident().tactics()) + ".");
        }
        if (notice.acknowledged()) {
            changes.add("Acknowledged by " + now.acknowledgedBy() + ".");
        }
        if (!now.response().isEmpty() && !now.response().equals(before.response())) {
            changes.add("Response: " + now.response() + ".");
        }
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        String text = SlackText.escaped(String.join(" ", changes), MESSAGE_LIMIT);
        ArrayNode blocks = JSON.arrayNode();
        section(blocks, text);
        notice.response()
                .filter(response -> !response.state().equals(before.response()))
                .ifPresent(response -> section(blocks, plan(response)));
        return Optional.of(new SlackMessage(text, blocks));
    }

    /** The message as an incoming webhook takes it. */
    ObjectNode payload() {
        ObjectNode payload = JSON.objectNode().put("text", text);
        payload.set("blocks", blocks);
        return payload;
    }

    private static String headline(Notice notice) {
        Incident incident = notice.incident();
        String state = notice.situation().closed() ? "Closed: " : "";
        String count = incident.count() == 1 ? "" : incident.count() + " times: ";
        return state + count + incident.priority().label() + ": "
                + incident.fingerprint().rule();
    }

    private static void known(ArrayNode blocks, Enrichment enrichment) {
        List<String> known = new ArrayList<>();
        InstanceFacts instance = enrichment.instance();
        if (instance != null) {
            known.add(line("Instance", instance.id() + " " + instance.type() + or("in ", instance.vpc())));
            known.add(line("Doubt", instance.unverifiedReason()));
        }
        PodFacts pod = enrichment.pod();
        if (pod != null) {
            PodFacts.Owner owner = pod.workload();
            known.add(line("Pod", pod.namespace() + "/" + pod.name()));
            known.add(line("Owner", owner == null ? null : owner.kind() + " " + owner.name()));
            known.add(line("Role", pod.role()));
        }
        NetworkFacts network = enrichment.network();
        if (network != null) {
            known.add(line(
                    "Peer",
                    network.address()
                            + or("", network.country())
                            + or("", network.organization())
                            + or("on ", network.lists().isEmpty() ? null : String.join(", ", network.lists()))));
        }
        enrichment.labels().forEach((name, value) -> known.add(line(name, value)));
        known.add(line("Missing", enrichment.missing().isEmpty() ? null : String.join("; ", enrichment.missing())));
        String lines =
                known.stream().filter(line -> !line.isEmpty()).limit(MAX_STEPS).collect(Collectors.joining("\n"));
        if (!lines.isEmpty()) {
            // Ten lines of at most 240 characters.
            section(blocks, lines);
        }
    }

    private static String or(String before, @Nullable String value) {
        return value == null ? "" : " " + before + value;
    }

    private static String line(String name, @Nullable String value) {
        return value == null || value.isBlank() ? "" : SlackText.escaped(name, 40) + ": " + SlackText.code(value, 200);
    }

    private static String plan(ResponseStatus response) {
        StringBuilder plan = new StringBuilder("*Response* (" + SlackText.escaped(response.state(), FIELD_LIMIT) + ")");
        for (String step : response.steps().subList(0, Math.min(response.steps().size(), MAX_STEPS))) {
            String line = "\n• " + SlackText.code(step, FIELD_LIMIT);
            if (plan.length() + line.length() > PLAN_LIMIT) {
                return plan.append("\n• ").append(SlackText.CUT).toString();
            }
            plan.append(line);
        }
        return plan.toString();
    }

    private static void actions(ArrayNode blocks, Notice notice, Buttons buttons) {
        ArrayNode elements = JSON.arrayNode();
        String id = notice.incident().id();
        if (!notice.situation().closed() && notice.situation().acknowledgedBy().isEmpty()) {
            buttons.value(Wish.ACKNOWLEDGE, id, "")
                    .ifPresent(value -> elements.add(button(Wish.ACKNOWLEDGE, "Acknowledge", value)));
        }
        notice.response().ifPresent(response -> {
            if (response.approvable()) {
                buttons.value(Wish.APPROVE, id, response.planId())
                        .ifPresent(value -> elements.add(confirmed(
                                button(Wish.APPROVE, "Approve response", value).put("style", "danger"),
                                "The steps of the plan are carried out.")));
            }
            if (response.releasable()) {
                buttons.value(Wish.RELEASE, id, response.planId())
                        .ifPresent(value -> elements.add(confirmed(
                                button(Wish.RELEASE, "Release", value), "What was contained is set free again.")));
            }
        });
        if (!elements.isEmpty()) {
            blocks.addObject().put("type", "actions").put("block_id", "tiercel").set("elements", elements);
        }
    }

    private static ObjectNode button(Wish wish, String text, String value) {
        ObjectNode button = JSON.objectNode().put("type", "button").put("action_id", "tiercel-" + wish);
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
            fields.add(markdown("*" + name + "*\n" + SlackText.code(value, FIELD_LIMIT)));
        }
    }

    private static void section(ArrayNode blocks, String escaped) {
        blocks.addObject().put("type", "section").set("text", markdown(escaped));
    }

    private static ObjectNode markdown(String escaped) {
        return JSON.objectNode().put("type", "mrkdwn").put("text", escaped).put("verbatim", true);
    }

    private static ObjectNode plain(String escaped) {
        return JSON.objectNode().put("type", "plain_text").put("text", escaped).put("emoji", false);
    }
}
