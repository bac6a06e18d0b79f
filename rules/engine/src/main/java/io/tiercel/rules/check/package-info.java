/**
 * Semantic checks: from the syntax tree of a condition to a typed tree that can be evaluated.
 *
 * <p>The checker resolves fields, validates operators and constants, and derives event types. This package depends on
 * {@code condition}, {@code field}, {@code event} and {@code match}. Checking runs on the thread that loads rules; its
 * results are immutable.
 */
@NullMarked
package io.tiercel.rules.check;

import org.jspecify.annotations.NullMarked;
