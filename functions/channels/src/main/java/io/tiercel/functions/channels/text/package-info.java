/**
 * Notifications as plain text for people, for channels that have no markup. Depends on {@code notify.text} and the core module. Its classes are stateless and run
 * on the threads of channels.
 */
@NullMarked
package io.tiercel.functions.channels.text;

import org.jspecify.annotations.NullMarked;
