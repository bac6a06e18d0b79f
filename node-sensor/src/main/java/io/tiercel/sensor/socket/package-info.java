/** Files of Unix sockets on which the sensor listens. Depends on no other package; its callers run it. */
@NullMarked
package io.tiercel.sensor.socket;

import org.jspecify.annotations.NullMarked;
