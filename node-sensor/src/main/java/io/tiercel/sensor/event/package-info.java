/**
 * The stream of events and the views of an event that detection needs.
 *
 * <p>It may depend on {@code bpf} and on the rules engine's event model. The event thread runs it.
 */
@NullMarked
package io.tiercel.sensor.event;

import org.jspecify.annotations.NullMarked;
