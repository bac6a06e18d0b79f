/**
 * The interpreter: evaluates checked conditions and value sources for an event.
 *
 * <p>This package depends on {@code check}, {@code condition}, {@code event}, {@code field} and {@code match}. It runs
 * on the thread that evaluates events, and {@code SharedResults} belongs to that thread.
 */
@NullMarked
package io.tiercel.rules.eval;

import org.jspecify.annotations.NullMarked;
