/** Response policies and the plans they make; a plan says what would be done, to what and why, and does nothing. */
@NullMarked
package io.tiercel.functions.respond;

import org.jspecify.annotations.NullMarked;
