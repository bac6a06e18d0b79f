package io.tiercel.functions.notify.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notify.json.Delivery;
import io.tiercel.functions.notify.json.NotificationJson;
import io.tiercel.functions.notify.text.GroupMessage;
import io.tiercel.functions.notify.text.IncidentText;
import io.tiercel.functions.notify.text.MessageFact;
import io.tiercel.rules.alert.Priority;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a template can read: the document of {@link NotificationJson} and some values that are made for messages. Its values are maps, lists,
 * texts, {@link BigDecimal} and Boolean. {@code docs/channels.md} lists them.
 */
final class TemplateModel {
    private static final int MAX_BYTES = 96 * 1024;

    private TemplateModel() {}

    /** The map of an incident's enrichment. Fields of which nothing is known are null. */
    static final class Enrichment extends TreeMap<String, Object> {
        private static final long serialVersionUID = 1;
    }

    /**
     * The values that the document does not have.
     *
     * @param id the incident or the group
     * @param delivery the same for every attempt at one delivery
     * @param headline one line for people
     * @param facts the facts for people
     */
    record Message(String id, String delivery, String headline, List<MessageFact> facts, Instant now) {}

    /**
     * Returns the model of a message about an incident.
     *
     * @param texts changes every text of the model, except those of {@code document}
     */
    static Map<String, Object> of(IncidentNotification notification, UnaryOperator<String> texts) {
        return of(
                NotificationJson.of(notification, MAX_BYTES),
                new Message(
                        notification.incident().id(),
                        Delivery.id(notification),
                        IncidentText.headline(notification),
                        IncidentText.facts(notification),
                        notification.now()),
                texts);
    }

    /** Returns the model of a message about a group. */
    static Map<String, Object> of(GroupNotification notification, UnaryOperator<String> texts) {
        return of(
                NotificationJson.of(notification, MAX_BYTES),
                new Message(
                        notification.group().id(),
                        Delivery.id(notification),
                        GroupMessage.headline(notification),
                        GroupMessage.facts(notification),
                        notification.now()),
                texts);
    }

    /** Returns the model of a document. */
    static Map<String, Object> of(ObjectNode document, Message message, UnaryOperator<String> texts) {
        Map<String, Object> model = new HashMap<>(object(document, texts, new LinkedHashMap<>()));
        boolean group = document.has("group");
        JsonNode subject = document.path(group ? "group" : "incident");
        if (!group) {
            model.putIfAbsent("response", null);
        }
        model.put("document", object(document, UnaryOperator.identity(), new LinkedHashMap<>()));
        model.put("kind", group ? "group" : "incident");
        model.put("id", texts.apply(message.id()));
        model.put("delivery", message.delivery());
        model.put("headline", texts.apply(message.headline()));
        model.put("closed", subject.path("state").asText().equals("closed"));
        model.put(
                "urgency",
                BigDecimal.valueOf(Priority.parse(subject.path("priority").asText())
                        .orElse(Priority.DEBUG)
                        .ordinal()));
        model.put("now", message.now().toString());
        model.put("nowSeconds", BigDecimal.valueOf(message.now().getEpochSecond()));
        model.put(
                "facts",
                message.facts().stream()
                        .map(fact -> Map.of("name", texts.apply(fact.name()), "value", texts.apply(fact.value())))
                        .toList());
        return model;
    }

    private static Map<String, Object> object(
            JsonNode object, UnaryOperator<String> texts, Map<String, Object> target) {
        object.properties()
                .forEach(property -> target.put(
                        property.getKey(),
                        property.getKey().equals("enrichment")
                                ? object(property.getValue(), texts, new Enrichment())
                                : value(property.getValue(), texts)));
        return target;
    }

    private static @Nullable Object value(JsonNode node, UnaryOperator<String> texts) {
        return switch (node.getNodeType()) {
            case OBJECT -> object(node, texts, new LinkedHashMap<>());
            case ARRAY -> {
                List<@Nullable Object> items = new ArrayList<>();
                node.forEach(item -> items.add(value(item, texts)));
                yield items;
            }
            case NUMBER -> node.decimalValue();
            case BOOLEAN -> node.booleanValue();
            case NULL -> null;
            default -> texts.apply(node.asText());
        };
    }
}
