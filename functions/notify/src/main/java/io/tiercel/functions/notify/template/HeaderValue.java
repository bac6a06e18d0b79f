package io.tiercel.functions.notify.template;

import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.secret.Secret;
import io.tiercel.http.OutboundRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The value of a header: text with at most one secret, written as {@code ${REFERENCE}}, or {@code ${key}} for the setting {@code key}.
 *
 * @param before the text before the secret
 * @param secret the secret; null for none
 * @param after the text after the secret
 */
record HeaderValue(String before, @Nullable Secret secret, String after) {
    private static final int MAX_LENGTH = 1_000;
    private static final Pattern PARTS = Pattern.compile("([^$]*)(?:\\$\\{([^}$]+)\\})?([^$]*)");
    private static final String KEY = "key";

    /** Reads a value. */
    static HeaderValue read(ChannelSection section, YamlNode node) {
        String text = node.text();
        Matcher parts = PARTS.matcher(text);
        if (text.length() > MAX_LENGTH || !OutboundRequest.isHeaderValue(text) || !parts.matches()) {
            throw node.error(
                    "this is not the value of a header",
                    "write one line of printable ASCII with at most one ${REFERENCE} to a secret");
        }
        String reference = parts.group(2);
        Secret secret = null;
        if (KEY.equals(reference)) {
            secret = section.secret(KEY);
        } else if (reference != null) {
            secret = section.secret(node, reference);
        }
        return new HeaderValue(parts.group(1), secret, parts.group(3));
    }

    /** Returns the value. Reads the secret. */
    String text() {
        return secret == null ? before : before + secret.value() + after;
    }
}
