/**
 * The connection between incidents and response plans: affected targets, plan contexts and previews. Depends on {@code
 * incident}, {@code intake} and {@code respond}. Runs on the thread of the stage that calls it.
 */
@NullMarked
package io.tiercel.functions.planning;

import org.jspecify.annotations.NullMarked;
