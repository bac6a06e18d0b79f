/**
 * The wiring of a sensor: settings to options, the order in which parts start and stop, and the reloading of rules.
 *
 * <p>May use every package except {@code cli}, which alone uses this one.
 *
 * <p>The command's thread starts and stops a sensor and then runs the event loop. {@code RuleReloader} runs on its own
 * thread.
 */
@NullMarked
package io.tiercel.sensor.app;

import org.jspecify.annotations.NullMarked;
