package io.tiercel.rules.event;

import io.tiercel.rules.field.FieldRef;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event as conditions and output formats see it.
 *
 * <p>Text is a <em>byte string</em>: a {@link String} that holds one byte per char (ISO-8859-1), exactly the bytes that
 * the kernel gave, valid UTF-8 or not. So comparison, length and order are those of bytes, as in Falco, and decoding an
 * event needs no UTF-8 validation. Only an {@link io.tiercel.rules.alert.Alert} holds Unicode text.
 *
 * <p>The accessors are called on the hot path and must not allocate where they can avoid it. The object may be reused
 * for the next event: nobody keeps it beyond the call that received it.
 */
public interface Event {
    /** Code of the event's type, from {@link EventTypes}. */
    int type();

    /** Event time in nanoseconds since the epoch. */
    long timeNanos();

    /** Whether the field has a value; every other accessor may only be trusted where this is true, except as noted. */
    boolean has(FieldRef field);

    /** Value of a text or path field as a byte string; null if absent. */
    @Nullable
    String text(FieldRef field);

    /**
     * Value of a numeric, port, flag or time field; unsigned 64-bit values in two's complement; booleans as 0 and 1.
     * Meaningless, but without an exception, where the field is absent.
     */
    long number(FieldRef field);

    /** Value of an address field; null if absent. */
    @Nullable
    InetAddress address(FieldRef field);

    /** Value of a bytes field; null if absent. Not to be changed by the caller. */
    byte @Nullable [] bytes(FieldRef field);

    /**
     * Values of a list field, of the either-side network fields (one or two endpoints), of the host-name fields (those
     * names of {@code RuleEngine.hostNames} to which the address belongs) and of the ancestor fields without index
     * (nearest first); elements are what the other accessors return, numbers as {@link Long}. Null if
     * absent.
     */
    @Nullable
    List<?> list(FieldRef field);
}
