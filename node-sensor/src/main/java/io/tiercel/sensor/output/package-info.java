/**
 * Delivery of alerts: outputs on the node (console, file, syslog, HTTP, program), and the shipper that delivers the
 * spool to a receiver.
 *
 * <p>May use {@code spool}, {@code identity}, the HTTP client and the rules engine.
 *
 * <p>The event thread only queues alerts. Each output, and the shipper, writes on its own thread.
 */
@NullMarked
package io.tiercel.sensor.output;

import org.jspecify.annotations.NullMarked;
