/**
 * Silences: conditions whose incidents send no messages until a time. Depends on {@code notification}, {@code incident}, {@code
 * audit} and the state store of {@code respond}. Its classes are thread-safe: request threads, worker threads of the server and Lambda
 * invocations call them.
 */
@NullMarked
package io.tiercel.functions.notification.silence;

import org.jspecify.annotations.NullMarked;
