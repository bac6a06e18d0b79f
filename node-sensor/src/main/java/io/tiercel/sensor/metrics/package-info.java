/**
 * Collects the sensor's metrics and serves them and its health. Depends on the counters of {@code detect}, {@code spool}, {@code
 * output} and {@code bpf}, on {@code identity} for the token of clients, and on {@code socket}; only {@code app} and {@code cli} depend on it.
 * The event thread takes a snapshot once a second, and virtual threads serve it.
 */
@NullMarked
package io.tiercel.sensor.metrics;

import org.jspecify.annotations.NullMarked;
