package io.tiercel.functions.notify.teams;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notify.text.GroupMessage;
import io.tiercel.functions.notify.text.IncidentText;
import io.tiercel.functions.notify.text.MessageFact;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.text.TextLimit;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A message of Microsoft Teams with one Adaptive Card.
 *
 * <p>All text is in text runs. Unlike text blocks and fact sets, they have no Markdown, so that text from events is never markup or a
 * link. Mentions need a list of entities, which the card does not have.
 *
 * @see <a href="https://adaptivecards.io/explorer/TextRun.html">TextRun</a>
 */
final class AdaptiveCard {
    /** Teams rejects messages of more than 28 KB. */
    static final int MAX_BYTES = 28_000;

    private static final int MAX_MESSAGE_LENGTH = 1_000;
    private static final String SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json";

    /** The newest version that the desktop and mobile clients of Teams support. */
    private static final String VERSION = "1.4";

    private AdaptiveCard() {}

    /** Returns a message about an incident. */
    static ObjectNode of(IncidentNotification notification) {
        return within(
                IncidentText.headline(notification),
                notification.state().closed()
                        ? "good"
                        : color(notification.incident().priority()),
                TextLimit.cut(SafeText.oneLine(notification.message()), MAX_MESSAGE_LENGTH, "…"),
                IncidentText.facts(notification));
    }

    /** Returns a message about a group. */
    static ObjectNode of(GroupNotification notification) {
        return within(
                GroupMessage.headline(notification),
                notification.closed() ? "good" : color(notification.group().priority()),
                "",
                GroupMessage.facts(notification));
    }

    private static String color(Priority priority) {
        return switch (priority) {
            case EMERGENCY, ALERT, CRITICAL, ERROR -> "attention";
            case WARNING -> "warning";
            case NOTICE, INFORMATIONAL, DEBUG -> "accent";
        };
    }

    /** Leaves out the last facts of a card that is too large because of characters with long encodings. */
    private static ObjectNode within(String headline, String color, String text, List<MessageFact> facts) {
        int shown = facts.size();
        ObjectNode message = message(headline, color, text, facts);
        while (shown > 0 && message.toString().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            shown--;
            message = message(headline, color, text, facts.subList(0, shown));
        }
        return message;
    }

    private static ObjectNode message(String headline, String color, String text, List<MessageFact> facts) {
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("type", "message");
        ObjectNode attachment = message.putArray("attachments").addObject();
        attachment.put("contentType", "application/vnd.microsoft.card.adaptive").putNull("contentUrl");
        ObjectNode card = attachment.putObject("content");
        card.put("$schema", SCHEMA).put("type", "AdaptiveCard").put("version", VERSION);
        card.putObject("msteams").put("width", "Full");
        ArrayNode body = card.putArray("body");
        run(line(body, "default"), headline)
                .put("size", "large")
                .put("weight", "bolder")
                .put("color", color);
        if (!text.isBlank()) {
            run(line(body, "default"), text).put("fontType", "monospace");
        }
        for (MessageFact fact : facts) {
            ArrayNode inlines = line(body, "small");
            run(inlines, fact.name() + ": ").put("weight", "bolder");
            run(inlines, fact.value());
        }
        return message;
    }

    private static ArrayNode line(ArrayNode body, String spacing) {
        return body.addObject()
                .put("type", "RichTextBlock")
                .put("spacing", spacing)
                .putArray("inlines");
    }

    private static ObjectNode run(ArrayNode inlines, String text) {
        return inlines.addObject().put("type", "TextRun").put("text", text);
    }
}
