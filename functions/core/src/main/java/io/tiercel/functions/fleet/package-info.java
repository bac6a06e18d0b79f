/**
 * The nodes with sensors: the latest heartbeat of each, in the state store.
 *
 * <p>This package depends on {@code identity}, {@code intake} and the state store. Its classes are thread-safe.
 */
@NullMarked
package io.tiercel.functions.fleet;

import org.jspecify.annotations.NullMarked;
