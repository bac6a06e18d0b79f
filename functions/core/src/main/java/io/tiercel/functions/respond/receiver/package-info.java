/**
 * Actions that send an incident to an external receiver, at most once.
 *
 * <p>This package depends on the action model only. Adapters implement {@link
 * io.tiercel.functions.respond.receiver.Receiver} and run on the thread of the responder.
 */
@NullMarked
package io.tiercel.functions.respond.receiver;

import org.jspecify.annotations.NullMarked;
