/**
 * Loader for rule files: from YAML to checked rules, with all errors and warnings.
 *
 * <p>The loader combines definitions, substitutes lists, macros and exceptions, and compiles conditions and outputs.
 * This package depends on {@code condition}, {@code check}, {@code format}, {@code engine} and {@code alert}. Loading
 * is synchronous, uses no shared state and runs on the thread of the caller.
 */
@NullMarked
package io.tiercel.rules.load;

import org.jspecify.annotations.NullMarked;
