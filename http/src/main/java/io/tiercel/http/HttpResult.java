package io.tiercel.http;

import java.time.Duration;
import java.util.Optional;

/** The result of a request. Contains neither the address nor the headers of the request. */
public sealed interface HttpResult {
    /**
     * The server responded. The status counts even if the rest of the response did not arrive in time: a request that the server
     * has accepted must not be repeated.
     *
     * @param status the HTTP status, 100 to 999
     * @param body the beginning of the body, decoded as UTF-8. Parts of the request that may be secret are replaced
     * @param complete whether {@code body} is the whole body
     * @param retryAfter the header {@code Retry-After}, at most {@link RetryAfter#MAX}; empty without a valid one
     */
    record Responded(int status, String body, boolean complete, Optional<Duration> retryAfter) implements HttpResult {
        /** Returns whether the status is 2xx. */
        public boolean successful() {
            return status >= 200 && status < 300;
        }
    }

    /**
     * The server did not respond. It may have received the request nevertheless, except after a failure to connect.
     *
     * @param failure the kind of failure
     * @param reason a description for people
     */
    record NoResponse(Failure failure, String reason) implements HttpResult {}

    /** Why a server did not respond. */
    enum Failure {
        /** The certificate files are unreadable or invalid. */
        CERTIFICATE_FILES,
        /** The name of the host cannot be resolved. */
        UNKNOWN_HOST,
        /** No connection could be opened. */
        CONNECT,
        /** The TLS handshake failed. */
        TLS,
        /** The exchange exceeded its time limit. */
        TIMEOUT,
        /** The connection ended before the response. */
        BROKEN,
        /** The client is closed. */
        CLOSED
    }
}
