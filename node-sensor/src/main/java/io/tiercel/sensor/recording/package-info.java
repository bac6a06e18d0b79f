/**
 * Recordings: files of raw records, and their reader and writer.
 *
 * <p>May use {@code thread}, and {@code bpf} for the record layout.
 *
 * <p>The event thread reads recordings. It leaves records in a queue, and the thread {@code recording} writes them.
 */
@NullMarked
package io.tiercel.sensor.recording;

import org.jspecify.annotations.NullMarked;
