/** Evaluation of a whole rule set: conditions compiled to one class, or interpreted. */
@NullMarked
package io.tiercel.rules.compile;

import org.jspecify.annotations.NullMarked;
