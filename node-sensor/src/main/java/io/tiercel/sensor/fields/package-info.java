/**
 * Values of Falco's fields and event parameters, computed on request from a record and the state of the node.
 *
 * <p>{@code FieldValues} is the entry point. May depend on {@code bpf}, {@code container}, {@code users} and {@code process}.
 * Runs on the event thread and never blocks.
 */
@NullMarked
package io.tiercel.sensor.fields;

import org.jspecify.annotations.NullMarked;
