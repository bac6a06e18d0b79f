package io.tiercel.sensor.fields;

import io.tiercel.rules.event.EventParameter;
import org.jspecify.annotations.Nullable;

/** Parameters of the events that records of some kinds are, but for {@code res}, which is every call's return value. */
interface ParameterSource {
    /** A number, or {@link FieldValues#ABSENT}. */
    long number(String name);

    /** A text or bytes, as they are; null if the parameter is none or could not be read. */
    @Nullable
    String text(String name);

    /** A path made absolute; null if the parameter is none or could not be read. */
    @Nullable
    String absolute(String name);

    /** The names of a number's flags, or of its value; empty if it has none. */
    String names(EventParameter parameter, long number);
}
