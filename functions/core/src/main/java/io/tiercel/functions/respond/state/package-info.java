/**
 * The store of plans, caps and other response state: small documents with compare-and-set writes.
 *
 * <p>This package depends on the JSON mappers and on {@code ActionException}. Implementations must be thread-safe.
 */
@NullMarked
package io.tiercel.functions.respond.state;

import org.jspecify.annotations.NullMarked;
