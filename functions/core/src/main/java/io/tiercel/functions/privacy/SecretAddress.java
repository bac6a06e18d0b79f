package io.tiercel.functions.privacy;

import java.util.List;

/**
 * An address whose path is a credential, such as that of a webhook of a chat.
 *
 * @param host the end of the host name
 * @param path the start of the path, before the secret part
 */
record SecretAddress(String host, String path) {
    /** The known addresses. */
    static final List<SecretAddress> ALL = List.of(
            new SecretAddress("hooks.slack.com", "/services/"),
            new SecretAddress("hooks.slack.com", "/workflows/"),
            new SecretAddress("hooks.slack.com", "/triggers/"),
            new SecretAddress("hooks.slack-gov.com", "/services/"),
            new SecretAddress("webhook.office.com", "/webhookb2/"),
            new SecretAddress("discord.com", "/api/webhooks/"),
            new SecretAddress("discordapp.com", "/api/webhooks/"),
            new SecretAddress("hooks.zapier.com", "/hooks/catch/"));
}
