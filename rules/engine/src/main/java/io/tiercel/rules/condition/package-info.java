/**
 * Parser, syntax tree and printer for conditions.
 *
 * <p>This package depends only on {@code event} for byte strings. It does not know which fields, macros or lists exist.
 * Trees are immutable and may be shared between threads; a parser belongs to one thread.
 */
@NullMarked
package io.tiercel.rules.condition;

import org.jspecify.annotations.NullMarked;
