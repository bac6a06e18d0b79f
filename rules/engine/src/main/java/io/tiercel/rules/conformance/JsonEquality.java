package io.tiercel.rules.conformance;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Compares values from case files with those of the engine: numbers by value, whatever their class. */
final class JsonEquality {
    private JsonEquality() {}

    static boolean same(@Nullable Object expected, @Nullable Object got) {
        if (expected instanceof Number && got instanceof Number) {
            return new BigDecimal(expected.toString()).compareTo(new BigDecimal(got.toString())) == 0;
        }
        if (expected instanceof List<?> wanted && got instanceof List<?> given) {
            if (wanted.size() != given.size()) {
                return false;
            }
            for (int i = 0; i < wanted.size(); i++) {
                if (!same(wanted.get(i), given.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (expected instanceof Map<?, ?> wanted && got instanceof Map<?, ?> given) {
            return wanted.keySet().equals(given.keySet())
                    && wanted.keySet().stream().allMatch(key -> same(wanted.get(key), given.get(key)));
        }
        return Objects.equals(expected, got);
    }
}
