/**
 * The settings of the server: as they are written, and validated. Depends on the core module and the channel adapters. It runs
 * on the main thread, before the server starts.
 */
@NullMarked
package io.tiercel.functions.local.config;

import org.jspecify.annotations.NullMarked;
