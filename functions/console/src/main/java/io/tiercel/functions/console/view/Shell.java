package io.tiercel.functions.console.view;

import org.jspecify.annotations.Nullable;

/**
 * What surrounds each page.
 *
 * @param current path of the page's entry in the menu
 * @param operator name of the operator
 * @param responder whether the operator may change things
 * @param message result of the last change; null without one
 * @param live whether the server sends events; otherwise pages ask regularly
 * @param pollSeconds the interval of asking
 */
public record Shell(
        String title,
        String current,
        String operator,
        boolean responder,
        @Nullable Note message,
        boolean live,
        long pollSeconds,
        String place) {
    /**
     * The result of a change.
     *
     * @param success whether it took effect
     */
    public record Note(boolean success, String text) {}

    /** Returns the role for people. */
    public String role() {
        return responder ? "responder" : "viewer";
    }
}
