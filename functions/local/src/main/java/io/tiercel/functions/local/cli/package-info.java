/**
 * The commands {@code audit}, {@code incidents} and {@code responses}. Depends on the core module and {@code local.sqlite}, and starts no server.
 * Each command runs on the main thread.
 */
@NullMarked
package io.tiercel.functions.local.cli;

import org.jspecify.annotations.NullMarked;
