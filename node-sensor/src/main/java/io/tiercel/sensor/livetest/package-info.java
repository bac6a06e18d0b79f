/** Trials: behaviours that are performed for real, and whether the sensor saw each of them. */
@NullMarked
package io.tiercel.sensor.livetest;

import org.jspecify.annotations.NullMarked;
