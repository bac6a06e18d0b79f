/** Recordings: the raw records of a stream in a file. */
@NullMarked
package io.tiercel.sensor.recording;

import org.jspecify.annotations.NullMarked;
