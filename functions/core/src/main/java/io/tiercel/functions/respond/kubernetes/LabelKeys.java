package io.tiercel.functions.respond.kubernetes;

import io.tiercel.rules.text.TextLimit;
import java.util.Collection;
import java.util.stream.Collectors;

/** Keys of labels in messages for operators. */
final class LabelKeys {
    private static final int MAX_KEYS = 8;
    private static final int MAX_CHARACTERS = 40;

    private LabelKeys() {}

    /** Returns the keys as text, such as {@code [app, tier]}. Long keys and lists are cut. */
    static String text(Collection<String> keys) {
        String first = keys.stream()
                .limit(MAX_KEYS)
                .map(key -> TextLimit.cut(key, MAX_CHARACTERS, "[...]"))
                .collect(Collectors.joining(", "));
        return "[" + first + (keys.size() > MAX_KEYS ? " and " + (keys.size() - MAX_KEYS) + " more" : "") + "]";
    }
}
