/**
 * A certificate authority for trying out mutual TLS.
 *
 * <p>Uses no other package of the sensor.
 *
 * <p>Only the command {@code certs} and tests use it, on their own thread.
 */
@NullMarked
package io.tiercel.sensor.certs;

import org.jspecify.annotations.NullMarked;
