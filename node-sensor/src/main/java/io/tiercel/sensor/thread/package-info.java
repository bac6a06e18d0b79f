/**
 * The threads of the sensor. All other packages create their threads here, so that no thread can fail unnoticed.
 *
 * <p>Depends on no other package. All classes are thread-safe.
 */
@NullMarked
package io.tiercel.sensor.thread;

import org.jspecify.annotations.NullMarked;
