/**
 * Turns events into alerts: evaluates the rules, assigns ids, aggregates, and delivers to the spool and the outputs.
 * Depends on captured events, {@code prefilter}, {@code spool} and {@code output}. Runs on the event thread, except
 * for the prefilter compiler.
 */
@NullMarked
package io.tiercel.sensor.detect;

import org.jspecify.annotations.NullMarked;
