/** The line from events to alerts: evaluate, number, keep, hand out; and report what was lost on the way. */
@NullMarked
package io.tiercel.sensor.detect;

import org.jspecify.annotations.NullMarked;
