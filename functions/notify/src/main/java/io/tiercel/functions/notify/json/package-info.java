/**
 * The JSON form of notifications that programs read: the same document for webhooks, queues and streams. Depends on the core module.
 * Its classes are stateless and run on the threads of channels.
 */
@NullMarked
package io.tiercel.functions.notify.json;

import org.jspecify.annotations.NullMarked;
