/** The sensor's figures about itself, taken once a second and served to Prometheus. */
@NullMarked
package io.tiercel.sensor.metrics;

import org.jspecify.annotations.NullMarked;
