/** Responses: policies make plans, guard rails hold them, plans are carried out step by step, shown, approved and undone. */
@NullMarked
package io.tiercel.functions.respond;

import org.jspecify.annotations.NullMarked;
