/** Events with their state joined: live from the kernel, or replayed from a recording. */
@NullMarked
package io.tiercel.sensor.stream;

import org.jspecify.annotations.NullMarked;
