/** Runs {@code ./tiercel} as a user does and looks at what a user sees. */
@NullMarked
package io.tiercel.e2e;

import org.jspecify.annotations.NullMarked;
