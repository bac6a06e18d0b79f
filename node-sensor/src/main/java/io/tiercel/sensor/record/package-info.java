/** Recordings: the raw records of a stream in a file. */
@NullMarked
package io.tiercel.sensor.record;

import org.jspecify.annotations.NullMarked;
