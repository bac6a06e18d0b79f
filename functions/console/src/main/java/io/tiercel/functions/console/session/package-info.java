/**
 * Sessions of browsers: random ids in cookies, one-time codes and a limit for wrong tokens. Depends on {@code operate} only.
 * Everything is in memory and bounded. Its classes are thread-safe.
 */
@NullMarked
package io.tiercel.functions.console.session;

import org.jspecify.annotations.NullMarked;
