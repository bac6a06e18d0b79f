/**
 * Compiles the enabled rules into lookup tables with which the kernel drops events that no rule can match. Depends on
 * the rule engine and on the table layout in {@code bpf}, not on captured events. Runs on the prefilter compiler
 * thread and in commands. The event thread only asks {@link io.tiercel.sensor.prefilter.DisjunctRules} and {@link
 * io.tiercel.sensor.prefilter.ProcessConditions}.
 */
@NullMarked
package io.tiercel.sensor.prefilter;

import org.jspecify.annotations.NullMarked;
