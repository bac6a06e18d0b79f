/**
 * The JSON mappers that all functions share. Depends on Jackson only. Mappers are thread-safe, so any thread may use them.
 */
@NullMarked
package io.tiercel.functions.json;

import org.jspecify.annotations.NullMarked;
