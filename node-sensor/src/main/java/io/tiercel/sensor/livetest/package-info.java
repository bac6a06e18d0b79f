/**
 * Live rule tests: they perform a behavior in a sandbox and check that the sensor raises the alert.
 *
 * <p>May use {@code container.cri} and the rules engine. The sensor under test runs in a child process.
 *
 * <p>The thread of the command waits. Scripts run on a small pool of threads.
 */
@NullMarked
package io.tiercel.sensor.livetest;

import org.jspecify.annotations.NullMarked;
