/**
 * The commands of the functions, and their exit statuses. Depends on the core module, {@code local.sqlite} and {@code local.cli.operate}, and
 * starts no server.
 * Each command runs on the main thread.
 */
@NullMarked
package io.tiercel.functions.local.cli;

import org.jspecify.annotations.NullMarked;
