package io.tiercel.rules.event;

/**
 * A parameter of an event.
 *
 * @param name name, as used after {@code evt.arg.}
 * @param type type that determines how the value is stored and printed
 */
public record EventParameter(String name, ParameterType type) {}
