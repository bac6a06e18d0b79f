/** Alerts on disk until they are delivered: append-only, bounded, safe against kills and torn writes. */
@NullMarked
package io.tiercel.sensor.spool;

import org.jspecify.annotations.NullMarked;
