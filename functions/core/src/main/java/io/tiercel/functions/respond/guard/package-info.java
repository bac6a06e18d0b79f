/** Guard rails: what keeps responses from going further than they may. Where one cannot answer, the answer is no. */
@NullMarked
package io.tiercel.functions.respond.guard;

import org.jspecify.annotations.NullMarked;
