package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a notification channel shows of an incident.
 *
 * @param since the time since which a message is pending; empty if none is
 */
public record ChannelRow(String channel, String state, String since) {
    static List<ChannelRow> list(JsonNode detail) {
        return Fields.items(detail, "notifications")
                .map(node -> new ChannelRow(
                        Fields.text(node, "channel"), Fields.text(node, "state"), Fields.text(node, "at")))
                .toList();
    }
}
