package io.tiercel.functions.aws.dynamodb;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Builder of an update expression and its condition. Every attribute has an alias, because DynamoDB reserves more than five hundred
 * words.
 */
final class UpdateExpression {
    private final List<String> sets = new ArrayList<>();
    private final List<String> adds = new ArrayList<>();
    private final List<String> removes = new ArrayList<>();
    private final List<String> conditions = new ArrayList<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, AttributeValue> values = new HashMap<>();

    UpdateExpression set(String attribute, AttributeValue value) {
        sets.add(name(attribute) + " = " + value(attribute, value));
        return this;
    }

    UpdateExpression add(String attribute, AttributeValue value) {
        adds.add(name(attribute) + " " + value(attribute, value));
        return this;
    }

    UpdateExpression remove(String... attributes) {
        for (String attribute : attributes) {
            removes.add(name(attribute));
        }
        return this;
    }

    /** Adds the condition that the item does not exist. */
    UpdateExpression onlyIfAbsent() {
        conditions.add("attribute_not_exists(" + name(IncidentTable.PK) + ")");
        return this;
    }

    /** Adds a condition on an attribute, for example {@code onlyIf("count", "<", number(10))}. */
    UpdateExpression onlyIf(String attribute, String comparison, AttributeValue value) {
        conditions.add(name(attribute) + " " + comparison + " " + value("than_" + attribute, value));
        return this;
    }

    String expression() {
        return (sets.isEmpty() ? "" : "SET " + String.join(", ", sets))
                + (adds.isEmpty() ? "" : " ADD " + String.join(", ", adds))
                + (removes.isEmpty() ? "" : " REMOVE " + String.join(", ", removes));
    }

    String condition() {
        return String.join(" AND ", conditions);
    }

    Map<String, String> names() {
        return names;
    }

    Map<String, AttributeValue> values() {
        return values;
    }

    private String name(String attribute) {
        names.put("#" + attribute, attribute);
        return "#" + attribute;
    }

    private String value(String alias, AttributeValue value) {
        values.put(":" + alias, value);
        return ":" + alias;
    }
}
