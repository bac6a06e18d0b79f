package io.tiercel.bench.aws;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What an expression refers to.
 *
 * @param item the item before the request; empty if there is none
 * @param names aliases of attributes, which start with {@code #}
 * @param values values of the request, whose names start with {@code :}
 */
record Scope(Map<String, AttributeValue> item, Map<String, String> names, Map<String, AttributeValue> values) {
    /** Returns the name of an attribute. */
    String attribute(String nameOrAlias) {
        if (!nameOrAlias.startsWith("#")) {
            return nameOrAlias;
        }
        String name = names.get(nameOrAlias);
        if (name == null) {
            throw new IllegalArgumentException("the alias " + nameOrAlias + " is not defined");
        }
        return name;
    }

    @Nullable
    AttributeValue read(String nameOrAlias) {
        return item.get(attribute(nameOrAlias));
    }

    AttributeValue value(String name) {
        AttributeValue value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the value " + name + " is not defined");
        }
        return value;
    }
}
