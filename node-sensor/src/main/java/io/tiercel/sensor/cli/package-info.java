/** The command line: one class for each word. */
@NullMarked
package io.tiercel.sensor.cli;

import org.jspecify.annotations.NullMarked;
