/**
 * The commands that call the operations of operators: {@code incidents}, {@code kill-switch} and {@code console}. Depends on {@code client},
 * {@code console} and {@code local.terminal}, and opens no store. Each command runs on the main thread; {@code watch} also reads changes on a thread of
 * its own.
 */
@NullMarked
package io.tiercel.functions.local.cli.operate;

import org.jspecify.annotations.NullMarked;
