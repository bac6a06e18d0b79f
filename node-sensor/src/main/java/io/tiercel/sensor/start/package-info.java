/**
 * How long the parts of the sensor's start take.
 *
 * <p>Depends on no other package. All classes are thread-safe.
 */
@NullMarked
package io.tiercel.sensor.start;

import org.jspecify.annotations.NullMarked;
