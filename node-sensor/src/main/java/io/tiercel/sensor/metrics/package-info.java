/**
 * Collects the sensor's metrics and serves them to Prometheus. Depends on the counters of {@code detect}, {@code
 * spool}, {@code output} and {@code bpf}; only {@code app} depends on it. The event thread takes a snapshot once a
 * second, and virtual threads serve it.
 */
@NullMarked
package io.tiercel.sensor.metrics;

import org.jspecify.annotations.NullMarked;
