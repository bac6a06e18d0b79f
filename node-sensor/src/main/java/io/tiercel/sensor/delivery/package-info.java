/**
 * Writes alerts to disk and passes them to the outputs: assigns ids, shortens, aggregates, appends to the spool. The event thread
 * only leaves alerts in a bounded queue. A worker takes them, so that a slow or hanging disk does not stop the event thread.
 *
 * <p>May use {@code thread}, {@code spool}, {@code output} and {@code identity}. {@link io.tiercel.sensor.delivery.AlertDelivery} runs on the event
 * thread, the other classes on the thread {@code alert-writer}. A replay has no such thread.
 */
@NullMarked
package io.tiercel.sensor.delivery;

import org.jspecify.annotations.NullMarked;
