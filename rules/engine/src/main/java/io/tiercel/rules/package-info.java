/**
 * The Falco rule language: from rule files and events to alerts.
 *
 * <p>This module depends on no sensor, kernel or cloud code. Each subpackage states its own dependencies and threads.
 */
@NullMarked
package io.tiercel.rules;

import org.jspecify.annotations.NullMarked;
