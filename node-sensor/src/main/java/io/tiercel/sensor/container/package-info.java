/** Containers: what their runtime tells about them, asked once for each and off the events' way. */
@NullMarked
package io.tiercel.sensor.container;

import org.jspecify.annotations.NullMarked;
