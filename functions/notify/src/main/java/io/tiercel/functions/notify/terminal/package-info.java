/**
 * The terminal as a notification channel. Depends on the core module only. It runs on the thread of its channel and blocks
 * while the terminal blocks.
 */
@NullMarked
package io.tiercel.functions.notify.terminal;

import org.jspecify.annotations.NullMarked;
