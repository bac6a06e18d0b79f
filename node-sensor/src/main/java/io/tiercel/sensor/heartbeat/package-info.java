/**
 * Notices times in which the sensor did not watch: it was not running, it was stopped, or its event thread was stalled.
 *
 * <p>May use {@code thread}. A thread of its own does the work; the event thread only takes the results.
 */
@NullMarked
package io.tiercel.sensor.heartbeat;

import org.jspecify.annotations.NullMarked;
