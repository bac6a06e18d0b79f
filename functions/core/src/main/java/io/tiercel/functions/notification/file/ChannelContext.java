package io.tiercel.functions.notification.file;

import io.tiercel.functions.notification.ButtonSigner;
import java.time.InstantSource;

/**
 * What the deployment gives to channels.
 *
 * @param buttons signs the buttons of messages
 * @param clock the current time
 */
public record ChannelContext(ButtonSigner buttons, InstantSource clock) {}
