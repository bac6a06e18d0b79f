package io.tiercel.functions.notify.http;

/**
 * The HTTP response to an inbound request.
 *
 * @param status the HTTP status
 * @param text plain text without secrets; may be empty
 */
public record Response(int status, String text) {
    /** The request was accepted. */
    public static final Response OK = new Response(200, "");
}
