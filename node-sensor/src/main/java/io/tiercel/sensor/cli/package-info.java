/**
 * The command line: one picocli class for each command.
 *
 * <p>May use every package. No other package uses this one.
 *
 * <p>Commands run on the main thread.
 */
@NullMarked
package io.tiercel.sensor.cli;

import org.jspecify.annotations.NullMarked;
