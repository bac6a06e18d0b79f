package io.tiercel.functions.notify.http;

import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** How a channel authenticates itself to a service. Its text form contains no secret. */
public sealed interface Authorization {
    /** Returns the header of a request; empty without authentication. Reads the secret. */
    Map<String, String> headers();

    /** No authentication. */
    record None() implements Authorization {
        @Override
        public Map<String, String> headers() {
            return Map.of();
        }
    }

    /**
     * HTTP Basic.
     *
     * @param user the user, without a colon
     */
    record Basic(String user, Secret password) implements Authorization {
        @Override
        public Map<String, String> headers() {
            byte[] pair = (user + ":" + password.value()).getBytes(StandardCharsets.UTF_8);
            return Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        }
    }

    /** A bearer token. */
    record Bearer(Secret token) implements Authorization {
        @Override
        public Map<String, String> headers() {
            return Map.of("Authorization", "Bearer " + token.value());
        }
    }

    /** Reads the settings {@code user} and {@code password}, or {@code token}; all are optional. */
    static Authorization read(ChannelSection section) {
        boolean basic = section.has("user") || section.has("password");
        if (basic && section.has("token")) {
            throw section.error("token", "found both a user and a token", "remove one of the two");
        }
        if (basic) {
            String user = section.text("user");
            if (user.indexOf(':') >= 0) {
                throw section.error("user", "the user contains a colon", "use another user");
            }
            return new Basic(user, section.secret("password"));
        }
        return section.optionalSecret("token").<Authorization>map(Bearer::new).orElseGet(None::new);
    }
}
