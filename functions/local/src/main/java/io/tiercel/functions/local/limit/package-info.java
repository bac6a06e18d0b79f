/**
 * The limits of connections and of bodies in memory, which protect the server from clients. Depends on Netty only. The event loops call
 * it; nothing in it waits.
 */
@NullMarked
package io.tiercel.functions.local.limit;

import org.jspecify.annotations.NullMarked;
