package io.tiercel.functions.notify.template;

import io.tiercel.functions.secret.Secret;
import io.tiercel.http.TlsFiles;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a channel.
 *
 * @param method POST or PUT
 * @param address the address, to which the rendered path is appended
 * @param path renders the end of the address, with {@link Escaping#URL}; null for none
 * @param headers headers of each request
 * @param contentType the content type of the body
 * @param incident renders the body of a message about an incident
 * @param group renders the body of a message about a group
 * @param accept the statuses that mean that the service accepted the message; empty for 2xx
 * @param edits whether the service replaces its earlier message about the same incident
 * @param exact whether texts are sent as they are; otherwise they are made harmless for chats
 * @param interval the minimum time between two messages
 * @param tls the authorities to trust
 */
record TemplateSettings(
        String method,
        Secret address,
        @Nullable MessageTemplate path,
        Map<String, HeaderValue> headers,
        String contentType,
        MessageTemplate incident,
        MessageTemplate group,
        Set<Integer> accept,
        boolean edits,
        boolean exact,
        Duration interval,
        TlsFiles tls) {
    TemplateSettings {
        headers = Map.copyOf(headers);
        accept = Set.copyOf(accept);
    }

    /** Returns whether a status means that the service accepted the message. */
    boolean accepts(int status) {
        return accept.isEmpty() ? status >= 200 && status < 300 : accept.contains(status);
    }

    /** Returns a text of the model. */
    String text(String text) {
        return exact ? text : ChatText.harmless(text);
    }
}
