/** The first pass: from the rules in force to tables by which the kernel drops the events that none of them can match. */
@NullMarked
package io.tiercel.sensor.prefilter;

import org.jspecify.annotations.NullMarked;
