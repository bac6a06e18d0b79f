package io.tiercel.sensor.fields;

import io.tiercel.rules.event.EventParameter;
import org.jspecify.annotations.Nullable;

/** Parameters of the events of one or more record kinds, except {@code res}. */
interface ParameterSource {
    /** Returns a number; {@link FieldValues#ABSENT} if the parameter is absent or not a number. */
    long number(String name);

    /** Returns a text or bytes as a byte string; null if the parameter is absent or not a text. */
    @Nullable
    String text(String name);

    /** Returns an absolute path; null if the parameter is absent or not a path. */
    @Nullable
    String absolute(String name);

    /** Returns the names of a number's flags or value; empty if it has none. */
    String names(EventParameter parameter, long number);
}
