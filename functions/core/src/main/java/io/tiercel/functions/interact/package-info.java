/**
 * The actions of operators on incidents and silences from a message, and their protection: signed buttons and replay
 * detection. Depends on {@code incident}, {@code respond}, {@code audit}, {@code notification} and {@code secret}. Its classes
 * are thread-safe and run on the thread of the inbound request.
 */
@NullMarked
package io.tiercel.functions.interact;

import org.jspecify.annotations.NullMarked;
