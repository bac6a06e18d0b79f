/**
 * The identity of this sensor: the credentials that prove it to the receiver of alerts, and the EC2 instance that it runs on.
 *
 * <p>Depends on no other package. A background thread reads files and the EC2 instance metadata service. The event thread and
 * the shipper read finished values only.
 */
@NullMarked
package io.tiercel.sensor.identity;

import org.jspecify.annotations.NullMarked;
