/** What a sensor is told, from one table of keys: a file, the environment, the command line, each value with its origin. */
@NullMarked
package io.tiercel.sensor.config;

import org.jspecify.annotations.NullMarked;
