/**
 * Evaluation of a whole rule set: conditions compiled to one JVM class, or interpreted.
 *
 * <p>This package depends on {@code check}, {@code condition}, {@code eval}, {@code event}, {@code field} and {@code
 * match}. The thread that loads rules compiles them; a program is then used by one thread, which evaluates events.
 */
@NullMarked
package io.tiercel.rules.compile;

import org.jspecify.annotations.NullMarked;
