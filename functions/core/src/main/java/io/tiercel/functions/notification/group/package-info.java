/**
 * Decides which new incidents get a message of their own and which join a group, and keeps the members of groups. {@link
 * io.tiercel.functions.notification.group.WindowDecision} is pure; {@link io.tiercel.functions.notification.group.IncidentGrouping}
 * stores its results. Depends on the notification model and on stores. The lanes of the channels call it from their threads; all
 * classes are thread-safe or immutable.
 */
@NullMarked
package io.tiercel.functions.notification.group;

import org.jspecify.annotations.NullMarked;
