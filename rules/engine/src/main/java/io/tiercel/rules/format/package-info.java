/**
 * Output formats: text with field tokens that is rendered for an event.
 *
 * <p>This package depends on {@code check}, {@code condition}, {@code eval}, {@code event} and {@code field}. Formats
 * are immutable; they are rendered on the thread that evaluates events.
 */
@NullMarked
package io.tiercel.rules.format;

import org.jspecify.annotations.NullMarked;
