package io.tiercel.functions.interact;

/**
 * What the caller hears.
 *
 * @param status of HTTP
 * @param text plain text, without secrets; may be empty
 */
public record Answer(int status, String text) {
    static final Answer TAKEN = new Answer(200, "");
}
