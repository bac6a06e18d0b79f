/**
 * The stores of the server, in one SQLite file that survives a kill at any moment. Depends on the core module only. Any thread
 * may call it; writes are serialized and wait for the disk.
 */
@NullMarked
package io.tiercel.functions.local.sqlite;

import org.jspecify.annotations.NullMarked;
