/** The interpreter: what a checked condition and a source of values mean for an event. */
@NullMarked
package io.tiercel.rules.eval;

import org.jspecify.annotations.NullMarked;
