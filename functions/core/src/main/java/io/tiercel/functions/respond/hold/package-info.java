/**
 * The holds of incidents on parts of targets: which steps want a part changed, its state before the first write, and the lock that
 * lets one process at a time change it.
 *
 * <p>This package depends on the state store and on the types of actions. It runs on the thread of the responder, in any number of
 * processes.
 */
@NullMarked
package io.tiercel.functions.respond.hold;

import org.jspecify.annotations.NullMarked;
