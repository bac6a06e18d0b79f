/**
 * Recordings: files of raw records, and their reader and writer.
 *
 * <p>May use {@code bpf} for the record layout.
 *
 * <p>The event thread reads and writes recordings.
 */
@NullMarked
package io.tiercel.sensor.recording;

import org.jspecify.annotations.NullMarked;
