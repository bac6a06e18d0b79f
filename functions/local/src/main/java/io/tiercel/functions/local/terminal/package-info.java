/**
 * Text output for people: tables that fit the terminal, and text of events without effect on the terminal. Depends on the core
 * module only. It runs on the main thread of a command.
 */
@NullMarked
package io.tiercel.functions.local.terminal;

import org.jspecify.annotations.NullMarked;
