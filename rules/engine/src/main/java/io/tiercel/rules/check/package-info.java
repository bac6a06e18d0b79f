/** Syntax tree to typed tree: fields looked up, operators and constants checked, event types derived. */
@NullMarked
package io.tiercel.rules.check;

import org.jspecify.annotations.NullMarked;
