/** Where alerts go: the console, and over HTTP to whoever handles them. */
@NullMarked
package io.tiercel.sensor.output;

import org.jspecify.annotations.NullMarked;
