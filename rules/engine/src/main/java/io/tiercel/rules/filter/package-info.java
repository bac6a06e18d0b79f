/**
 * Conditions on alerts, for suppression, routing and response policies.
 *
 * <p>This package depends on {@code alert}, {@code check}, {@code condition}, {@code eval}, {@code event}, {@code
 * field} and {@code match}. Filters are immutable and can be used by any thread.
 */
@NullMarked
package io.tiercel.rules.filter;

import org.jspecify.annotations.NullMarked;
