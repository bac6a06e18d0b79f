package io.tiercel.sensor.config;

import java.util.List;

/**
 * A value that somebody gave.
 *
 * @param values one text, or those of a list
 * @param origin where
 */
record Given(List<String> values, Origin origin) {
    Given {
        values = List.copyOf(values);
    }
}
