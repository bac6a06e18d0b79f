package io.tiercel.functions.notify.slack;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/** Checks messages against Slack's documented schema and limits of the block types that Tiercel uses. */
final class SlackLimits {
    private static final int TEXT = 4_000;
    private static final int ALL_BLOCKS = 13_000;
    private static final int BLOCKS = 50;
    private static final int HEADER = 150;
    private static final int SECTION = 3_000;
    private static final int FIELDS = 10;
    private static final int FIELD = 2_000;
    private static final int CONTEXT_ELEMENTS = 10;
    private static final int ACTIONS = 25;
    private static final int BUTTON_TEXT = 75;
    private static final int BUTTON_VALUE = 2_000;
    private static final int PLACEHOLDER = 150;
    private static final int OPTIONS = 100;
    private static final int OPTION = 75;
    private static final int ID = 255;

    private SlackLimits() {}

    static void check(JsonNode message) {
        checkEscapedText(message.get("text"), TEXT);
        JsonNode blocks = message.path("blocks");
        assertTrue(blocks.size() <= BLOCKS, blocks.size() + " blocks");
        int characters = 0;
        Set<String> ids = new HashSet<>();
        for (JsonNode block : blocks) {
            characters += block.toString().length();
            assertTrue(block.path("block_id").asText("").length() <= ID);
            assertTrue(!block.has("block_id") || ids.add(block.get("block_id").textValue()), "block_id is unique");
            checkBlock(block);
        }
        assertTrue(characters <= ALL_BLOCKS, characters + " characters");
    }

    private static void checkBlock(JsonNode block) {
        switch (block.get("type").textValue()) {
            case "header" -> checkTextObject(block.get("text"), "plain_text", HEADER);
            case "section" -> {
                assertTrue(block.has("text") || block.has("fields"));
                if (block.has("text")) {
                    checkTextObject(block.get("text"), "mrkdwn", SECTION);
                }
                if (block.has("fields")) {
                    assertTrue(!block.get("fields").isEmpty()
                            && block.get("fields").size() <= FIELDS);
                    block.get("fields").forEach(field -> checkTextObject(field, "mrkdwn", FIELD));
                }
            }
            case "context" -> {
                assertTrue(block.get("elements").size() <= CONTEXT_ELEMENTS);
                block.get("elements").forEach(element -> checkTextObject(element, "mrkdwn", SECTION));
            }
            case "actions" -> {
                assertTrue(block.get("elements").size() <= ACTIONS);
                Set<String> actions = new HashSet<>();
                for (JsonNode element : block.get("elements")) {
                    assertTrue(element.get("action_id").textValue().length() <= ID);
                    assertTrue(actions.add(element.get("action_id").textValue()), "action_id is unique");
                    checkElement(element);
                }
            }
            default -> throw new AssertionError(block);
        }
    }

    private static void checkElement(JsonNode element) {
        if (element.get("type").textValue().equals("static_select")) {
            checkTextObject(element.get("placeholder"), "plain_text", PLACEHOLDER);
            assertTrue(
                    !element.get("options").isEmpty() && element.get("options").size() <= OPTIONS);
            element.get("options").forEach(option -> {
                checkTextObject(option.get("text"), "plain_text", OPTION);
                assertTrue(option.get("value").textValue().length() <= OPTION);
            });
            return;
        }
        assertTrue("button".equals(element.get("type").textValue()));
        checkTextObject(element.get("text"), "plain_text", BUTTON_TEXT);
        assertTrue(element.get("value").textValue().length() <= BUTTON_VALUE);
        if (element.has("confirm")) {
            checkTextObject(element.at("/confirm/title"), "plain_text", 100);
            checkTextObject(element.at("/confirm/text"), "plain_text", 300);
            checkTextObject(element.at("/confirm/confirm"), "plain_text", 30);
            checkTextObject(element.at("/confirm/deny"), "plain_text", 30);
        }
    }

    private static void checkTextObject(JsonNode text, String type, int limit) {
        assertTrue(type.equals(text.get("type").textValue()), text.toString());
        checkEscapedText(text.get("text"), limit);
    }

    private static void checkEscapedText(JsonNode text, int limit) {
        String value = text.textValue();
        assertFalse(value.isEmpty());
        assertTrue(value.length() <= limit, value.length() + " > " + limit);
        assertTrue(
                value.replaceAll("&(amp|lt|gt);", "").chars().noneMatch(c -> c == '<' || c == '>' || c == '&'), value);
    }
}
