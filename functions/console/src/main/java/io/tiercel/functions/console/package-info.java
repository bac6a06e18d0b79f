/**
 * The console: web pages for operators, rendered on the server from the answers of {@link io.tiercel.functions.operate.OperatorApi}.
 * {@link io.tiercel.functions.console.Console} adds its routes to a router of Vert.x. Depends on {@code operate}, {@code intake} and
 * {@code json} of the core module, and on {@code session} and {@code view}. Checks of requests run on the event loop; pages run on
 * worker threads, because the API may block.
 */
@NullMarked
package io.tiercel.functions.console;

import org.jspecify.annotations.NullMarked;
