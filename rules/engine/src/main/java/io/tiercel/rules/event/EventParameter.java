package io.tiercel.rules.event;

/**
 * One parameter of an event.
 *
 * @param name what stands behind {@code evt.arg.}
 * @param type how its value is stored and printed
 */
public record EventParameter(String name, ParameterType type) {}
