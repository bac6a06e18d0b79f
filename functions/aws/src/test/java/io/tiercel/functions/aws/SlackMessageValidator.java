package io.tiercel.functions.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;

/** Checks messages against Slack's documented limits of conversations, texts and blocks. */
final class SlackMessageValidator {
    private static final int MAX_BLOCKS = 50;
    private static final int MAX_CHARACTERS = 13_000;
    private static final Map<String, Integer> TEXT_LIMITS = Map.of("header", 150, "section", 3_000);

    private SlackMessageValidator() {}

    /** Returns Slack's error code, or empty for a valid message. */
    static String errorCode(Map<String, String> form, JsonMapper json) {
        if (!SlackAndPagerDutyStub.CONVERSATION.equals(form.get("channel"))) {
            return "channel_not_found";
        }
        String text = form.getOrDefault("text", "");
        String blocksText = form.getOrDefault("blocks", "[]");
        if (text.isEmpty() || text.length() > 4_000) {
            return "no_text";
        }
        if (blocksText.length() > MAX_CHARACTERS) {
            return "msg_blocks_too_long";
        }
        try {
            JsonNode blocks = json.readTree(blocksText);
            if (!blocks.isArray() || blocks.size() > MAX_BLOCKS) {
                return "invalid_blocks";
            }
            for (JsonNode block : blocks) {
                if (!isWithinLimits(block)) {
                    return "invalid_blocks";
                }
            }
            return "";
        } catch (JsonProcessingException e) {
            return "invalid_blocks_format";
        }
    }

    private static boolean isWithinLimits(JsonNode block) {
        String type = block.path("type").asText();
        return switch (type) {
            case "header", "section" ->
                block.at("/text/text").asText().length() <= TEXT_LIMITS.getOrDefault(type, 0)
                        && block.path("fields").size() <= 10
                        && (block.has("text") || block.has("fields"));
            case "context" -> block.path("elements").size() <= 10;
            case "actions" ->
                block.path("elements").size() <= 25
                        && block.at("/elements/0/value").asText().length() <= 2_000;
            case "divider" -> true;
            default -> false;
        };
    }
}
