/**
 * The terminal as a notification channel. Depends on the core module only. It runs on a dispatcher thread and blocks while
 * the terminal blocks.
 */
@NullMarked
package io.tiercel.functions.notify.terminal;

import org.jspecify.annotations.NullMarked;
