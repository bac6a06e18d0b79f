/**
 * The rule engine: a set of checked rules that turns events into matches and alerts.
 *
 * <p>This package depends on {@code alert}, {@code check}, {@code compile}, {@code condition}, {@code event}, {@code
 * field} and {@code format}. An engine is used by the single thread that evaluates events.
 */
@NullMarked
package io.tiercel.rules.engine;

import org.jspecify.annotations.NullMarked;
