package io.tiercel.functions.notification;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.functions.enrich.Technique;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.intake.Text;
import io.tiercel.functions.respond.PlanStep;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An incident as a Slack message in Block Kit. Texts that come from events are escaped, kept from being read as markup,
 * mentions or links, and cut to Slack's limits: 150 characters in a header, 3000 in a section, 2000 in a field, 10 fields,
 * 50 blocks; the parts together stay well below the 13,000 characters at which Slack refuses the whole message.
 *
 * @see <a href="https://docs.slack.dev/reference/block-kit/blocks">Block Kit reference</a>
 */
public final class SlackMessage {
    static final int HEADER_LIMIT = 150;
    static final int FIELD_LIMIT = 400;
    static final int MESSAGE_LIMIT = 1500;
    static final int PLAN_LIMIT = 2000;
    private static final int MAX_STEPS = 10;
    private static final char CUT = '…';

    private SlackMessage() {}

    /**
     * The payload of an incoming webhook.
     *
     * @param announcedCount the count told before; 0 for a new incident
     * @param message the words of an alert of the incident; may be empty
     */
    public static ObjectNode webhook(Incident incident, long announcedCount, String message) {
        Fingerprint cause = incident.fingerprint();
        HostFacts host = incident.enrichment().host();
        String headline = (announcedCount == 0 ? "" : incident.count() + " times: ")
                + incident.priority().label() + ": " + cause.rule();

        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("text", escaped(headline + " on " + cause.workload(), FIELD_LIMIT));
        ArrayNode blocks = payload.putArray("blocks");
        blocks.addObject()
                .put("type", "header")
                .set("text", text("plain_text", escaped(headline, HEADER_LIMIT)).put("emoji", false));
        if (!message.isBlank()) {
            blocks.addObject().put("type", "section").set("text", markdown(code(message, MESSAGE_LIMIT)));
        }
        ArrayNode fields = blocks.addObject().put("type", "section").putArray("fields");
        field(fields, "Count", Long.toString(incident.count()));
        field(fields, "Node", host.node());
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
        if (!incident.plan().steps().isEmpty()) {
            blocks.addObject()
                    .put("type", "section")
                    .set("text", markdown(plan(incident.plan().steps())));
        }
        blocks.addObject()
                .put("type", "context")
                .putArray("elements")
                .add(markdown("incident " + code(incident.id(), FIELD_LIMIT)));
        return payload;
    }

    private static String plan(List<PlanStep> steps) {
        StringBuilder plan = new StringBuilder("*Plan* (dry run, nothing is executed)");
        for (PlanStep step : steps.subList(0, Math.min(steps.size(), MAX_STEPS))) {
            String target = step.target() == null ? "" : " on " + step.target();
            String line = "\n• " + code(step.action() + target + ": " + step.state(), FIELD_LIMIT);
            if (plan.length() + line.length() > PLAN_LIMIT) {
                return plan.append("\n• ").append(CUT).toString();
            }
            plan.append(line);
        }
        return plan.toString();
    }

    private static String technique(Technique technique) {
        return technique.id() + " " + technique.name();
    }

    private static String time(long nanos) {
        return Instant.ofEpochSecond(0, nanos).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static void field(ArrayNode fields, String name, String value) {
        if (!value.isBlank()) {
            fields.add(markdown("*" + name + "*\n" + code(value, FIELD_LIMIT)));
        }
    }

    private static ObjectNode markdown(String escaped) {
        return text("mrkdwn", escaped).put("verbatim", true);
    }

    private static ObjectNode text(String type, String escaped) {
        return JsonNodeFactory.instance.objectNode().put("type", type).put("text", escaped);
    }

    /** In backticks, where Slack reads no markup. */
    private static String code(String text, int limit) {
        return "`" + escaped(text.replace('`', '\''), limit - 2) + "`";
    }

    /** One line, escaped as Slack asks, cut so that no escape is cut in two. */
    static String escaped(String text, int limit) {
        String line = Text.oneLine(text);
        StringBuilder escaped = new StringBuilder(Math.min(line.length(), limit));
        for (int i = 0; i < line.length(); ) {
            int point = line.codePointAt(i);
            String next = switch (point) {
                case '&' -> "&amp;";
                case '<' -> "&lt;";
                case '>' -> "&gt;";
                default -> Character.toString(point);
            };
            i += Character.charCount(point);
            int reserve = i < line.length() ? 1 : 0;
            if (escaped.length() + next.length() + reserve > limit) {
                return escaped.append(CUT).toString();
            }
            escaped.append(next);
        }
        return escaped.toString();
    }
}
