package io.tiercel.rules.event;

import io.tiercel.rules.field.FieldRef;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event, as seen by conditions and output formats.
 *
 * <p>Text is a <em>byte string</em>: a {@link String} with one byte per char (ISO-8859-1). It has exactly the bytes
 * from the kernel, which need not be valid UTF-8. Comparison, length and order are therefore those of bytes, as in
 * Falco, and decoding an event needs no UTF-8 validation. Only an {@link io.tiercel.rules.alert.Alert} has Unicode
 * text.
 *
 * <p>The accessors run on the hot path and should not allocate memory. Producers may reuse the object for the next
 * event, so receivers must not keep it after the call returns.
 */
public interface Event {
    /** Returns the code of the event type, as in {@link EventTypes}. */
    int type();

    /** Returns the event time in nanoseconds since the epoch. */
    long timeNanos();

    /** Returns whether the field has a value. The results of other accessors are valid only then, except as noted. */
    boolean has(FieldRef field);

    /** Returns the value of a text or path field as a byte string; null if absent. */
    @Nullable
    String text(FieldRef field);

    /**
     * Returns the value of a numeric, port, boolean or time field. Unsigned 64-bit values are in two's complement, and
     * booleans are 0 or 1. If the field is absent, returns an unspecified value and does not throw.
     */
    long number(FieldRef field);

    /** Returns the value of an address field; null if absent. */
    @Nullable
    InetAddress address(FieldRef field);

    /** Returns the value of a bytes field; null if absent. Callers must not modify the array. */
    byte @Nullable [] bytes(FieldRef field);

    /**
     * Returns the values of a field with several values; null if absent.
     *
     * <p>Elements have the types of the other accessors; numbers are {@link Long}. Fields with several values are:
     *
     * <ul>
     *   <li>list fields
     *   <li>either-side network fields, with one or two endpoints
     *   <li>host name fields, with the names in {@code RuleEngine.hostNames} that resolve to the address
     *   <li>ancestor fields without index, with the nearest ancestor first
     * </ul>
     */
    @Nullable
    List<?> list(FieldRef field);
}
