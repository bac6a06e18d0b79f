/**
 * The sensor's settings: one table, and their values from a file, environment variables and options.
 *
 * <p>May use the rules engine's text helpers, and no other package of the sensor.
 *
 * <p>The main thread reads the settings once, before the sensor starts.
 */
@NullMarked
package io.tiercel.sensor.config;

import org.jspecify.annotations.NullMarked;
