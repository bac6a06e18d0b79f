/**
 * Stores alerts on disk until they are delivered: append-only, bounded, and safe against process kills and torn
 * writes. Depends only on {@code io.tiercel.rules.file}, for the permissions of files. The event thread appends, the shipper thread
 * reads, and a background thread forces files to disk.
 */
@NullMarked
package io.tiercel.sensor.spool;

import org.jspecify.annotations.NullMarked;
