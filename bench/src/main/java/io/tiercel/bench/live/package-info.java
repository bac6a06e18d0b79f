/**
 * The live benchmark: fixed loads on this machine without and with sensors. Depends on the sensor only for
 * precondition checks. Runs as a command-line program on its main thread.
 */
@NullMarked
package io.tiercel.bench.live;

import org.jspecify.annotations.NullMarked;
