/**
 * The functions as a server on one machine: its command line and the wiring of its parts. Depends on every other package of
 * this module. It runs on the main thread, which starts the HTTP server and the workers.
 */
@NullMarked
package io.tiercel.functions.local;

import org.jspecify.annotations.NullMarked;
