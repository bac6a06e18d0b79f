package io.tiercel.sensor.config;

import java.util.List;

/**
 * A value that somebody gave.
 *
 * @param values one text, or those of a list
 * @param origin where
 */
record SuppliedValue(List<String> values, Origin origin) {
    SuppliedValue {
        values = List.copyOf(values);
    }
}
