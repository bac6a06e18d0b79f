/**
 * Streams of enriched events, live from the kernel or replayed from a recording.
 *
 * <p>May depend on all packages that capture events and keep state, but not on rule evaluation, alerts and outputs. Runs
 * on the event thread, which also opens the stream. {@code HostNameResolver} resolves names on its own threads.
 */
@NullMarked
package io.tiercel.sensor.event;

import org.jspecify.annotations.NullMarked;
