package io.tiercel.sensor.metrics;

import java.nio.charset.StandardCharsets;

/**
 * The reply to an HTTP request.
 *
 * @param status status code
 * @param contentType value of the header {@code Content-Type}
 * @param body the body
 */
record Reply(int status, String contentType, byte[] body) {
    static final int OK = 200;
    static final int UNAUTHORIZED = 401;
    static final int UNAVAILABLE = 503;

    /** Returns a reply of one line. */
    static Reply text(int status, String line) {
        return new Reply(status, "text/plain; charset=utf-8", (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the reply as HTTP/1.1. The connection ends with it. */
    byte[] encoded(boolean withBody) {
        byte[] head = ("HTTP/1.1 " + status + " \r\nContent-Type: " + contentType + "\r\nContent-Length: " + body.length
                        + (status == UNAUTHORIZED ? "\r\nWWW-Authenticate: Bearer" : "")
                        + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + (withBody ? body.length : 0)];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, all.length - head.length);
        return all;
    }
}
