package io.tiercel.functions.notify.slack;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The reply to a click.
 *
 * @param message the message, escaped
 * @param thread the {@code ts} of the message to whose thread the reply belongs, where everybody sees it; null for a reply that only the
 *     person sees
 */
public record SlackReply(SlackMessage message, @Nullable String thread) {
    private static final int MAX_TEXT_LENGTH = 1_000;

    /** Returns a reply that only the person that clicked sees. */
    public static SlackReply toPerson(String text) {
        return new SlackReply(
                new SlackMessage(SlackText.escaped(text, MAX_TEXT_LENGTH), JsonNodeFactory.instance.arrayNode()), null);
    }

    /** Returns the escaped text. */
    public String text() {
        return message.text();
    }

    /** Returns the body for a {@code response_url}. */
    ObjectNode payload() {
        ObjectNode payload = JsonNodeFactory.instance.objectNode().put("replace_original", false);
        if (thread == null) {
            payload.put("response_type", "ephemeral");
        } else {
            payload.put("response_type", "in_channel").put("thread_ts", thread);
        }
        payload.put("text", text());
        if (!message.blocks().isEmpty()) {
            payload.set("blocks", message.blocks());
        }
        return payload;
    }
}
