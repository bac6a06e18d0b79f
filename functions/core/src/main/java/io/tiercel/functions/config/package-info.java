/**
 * Readers of configuration: YAML files with error positions, durations, and lists of external systems. Depends on no other
 * package of the functions. Runs on the thread that starts a function or the server.
 */
@NullMarked
package io.tiercel.functions.config;

import org.jspecify.annotations.NullMarked;
