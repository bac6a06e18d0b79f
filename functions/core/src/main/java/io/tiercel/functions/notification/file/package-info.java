/**
 * The notification file: channels, routes, silences, and who may use buttons. Depends on {@code notification}, {@code secret} and
 * {@code yaml}; it opens no connections. A file is read once at start, on the starting thread; its records are immutable.
 */
@NullMarked
package io.tiercel.functions.notification.file;

import org.jspecify.annotations.NullMarked;
