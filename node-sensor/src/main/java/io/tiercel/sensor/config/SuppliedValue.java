package io.tiercel.sensor.config;

import java.util.List;

/**
 * A value from a file, an environment variable or an option.
 *
 * @param values one text, or the elements of a list
 * @param origin source of the value
 */
record SuppliedValue(List<String> values, Origin origin) {
    SuppliedValue {
        values = List.copyOf(values);
    }
}
