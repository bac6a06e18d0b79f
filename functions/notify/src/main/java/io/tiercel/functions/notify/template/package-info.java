/**
 * The template webhook: posts whatever a Qute template renders, for services without a channel of their own. Templates see a closed
 * model of maps, lists, texts and numbers, and no Java object. Depends on {@code notify.http}, {@code notify.json}, {@code notify.text}
 * and the core module. Rendering and sending block the channel's thread, within limits.
 */
@NullMarked
package io.tiercel.functions.notify.template;

import org.jspecify.annotations.NullMarked;
