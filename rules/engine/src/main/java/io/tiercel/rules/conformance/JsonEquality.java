package io.tiercel.rules.conformance;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Deep equality of parsed JSON and YAML values. */
final class JsonEquality {
    private JsonEquality() {}

    /** Returns whether two values are equal. Numbers are compared by value, lists and maps element by element. */
    static boolean areEqual(@Nullable Object expected, @Nullable Object actual) {
        if (expected instanceof Number && actual instanceof Number) {
            return new BigDecimal(expected.toString()).compareTo(new BigDecimal(actual.toString())) == 0;
        }
        if (expected instanceof List<?> left && actual instanceof List<?> right) {
            if (left.size() != right.size()) {
                return false;
            }
            for (int i = 0; i < left.size(); i++) {
                if (!areEqual(left.get(i), right.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (expected instanceof Map<?, ?> left && actual instanceof Map<?, ?> right) {
            return left.keySet().equals(right.keySet())
                    && left.keySet().stream().allMatch(key -> areEqual(left.get(key), right.get(key)));
        }
        return Objects.equals(expected, actual);
    }
}
