/**
 * The background workers: alerts, responses, notifications and the periodic sweep. Depends on the core module and {@code
 * local.sqlite}. Each worker has its own thread, which may block on the disk and on services.
 */
@NullMarked
package io.tiercel.functions.local.worker;

import org.jspecify.annotations.NullMarked;
