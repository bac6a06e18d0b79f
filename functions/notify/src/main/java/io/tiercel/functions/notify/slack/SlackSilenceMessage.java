package io.tiercel.functions.notify.slack;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.notification.ButtonAction;
import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.silence.Silence;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The replies about silences in the thread of an incident. */
final class SlackSilenceMessage {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private SlackSilenceMessage() {}

    /** Returns the message that an incident was silenced, with a button that ends the silence. */
    static SlackMessage started(String incidentId, Silence silence, ButtonSigner buttons) {
        String text = SlackText.escaped(
                silence.createdBy() + " silenced this incident until " + TIME.format(silence.until())
                        + ". It is still counted and responded to. Messages continue earlier if it becomes more urgent or escalates,"
                        + " if a verified sender confirms it, or if a response awaits approval.",
                SlackMessage.MAX_TEXT_LENGTH);
        ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
        SlackMessage.section(blocks, text);
        buttons.sign(ButtonAction.END_SILENCE, incidentId, silence.id())
                .ifPresent(value -> blocks.addObject()
                        .put("type", "actions")
                        .put("block_id", "tiercel-silence")
                        .putArray("elements")
                        .add(SlackMessage.button(ButtonAction.END_SILENCE, "End silence", value)));
        return new SlackMessage(text, blocks);
    }

    /** Returns the message that a person ended a silence. */
    static SlackMessage ended(String by, String outcome) {
        String text = SlackText.escaped(by + ": " + outcome, SlackMessage.MAX_TEXT_LENGTH);
        ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
        SlackMessage.section(blocks, text);
        return new SlackMessage(text, blocks);
    }
}
