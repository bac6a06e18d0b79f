/** Text of a condition to a syntax tree, and the replacement of macros in it; knows no fields. */
@NullMarked
package io.tiercel.rules.condition;

import org.jspecify.annotations.NullMarked;
