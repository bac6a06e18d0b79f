/**
 * What the channels that call AWS share: their settings, clients that are created with the first message, and the classification of
 * failures. Depends on {@code functions/lookup} and the core module. Calls block the calling thread for at most ten seconds.
 */
@NullMarked
package io.tiercel.functions.channels.aws;

import org.jspecify.annotations.NullMarked;
