/**
 * All types of channels that a notification file can name. Each sub-package has one channel that needs a library or a client of the AWS
 * SDK. Depends on {@code functions/notify}, {@code functions/lookup} and the core module. Its classes are used while the notification
 * file is read, on the starting thread.
 */
@NullMarked
package io.tiercel.functions.channels;

import org.jspecify.annotations.NullMarked;
