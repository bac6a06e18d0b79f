/** The live bench: fixed loads on this machine without and with a sensor, side by side with another sensor if there is one. */
@NullMarked
package io.tiercel.bench.live;

import org.jspecify.annotations.NullMarked;
