/**
 * Simulation of recorded alerts: the incidents and response plans that they would cause. Depends on {@code stage}, {@code planning}
 * and {@code respond}. Runs on the thread of the {@code responses} command and changes nothing outside the process.
 */
@NullMarked
package io.tiercel.functions.replay;

import org.jspecify.annotations.NullMarked;
