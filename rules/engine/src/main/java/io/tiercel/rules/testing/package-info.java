/**
 * Rule tests in YAML: events as input, expected alerts as output.
 *
 * <p>This package depends on {@code load}, {@code engine}, {@code alert}, {@code event}, {@code field} and {@code
 * match}. Tests run on the thread of the caller.
 */
@NullMarked
package io.tiercel.rules.testing;

import org.jspecify.annotations.NullMarked;
