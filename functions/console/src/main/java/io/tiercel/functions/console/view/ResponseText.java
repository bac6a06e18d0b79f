package io.tiercel.functions.console.view;

/** The states of responses and their steps, for people. */
final class ResponseText {
    private ResponseText() {}

    static String of(String state) {
        return switch (state) {
            case "", "none" -> "";
            case "waiting" -> "waiting for approval";
            case "dry-run" -> "dry run";
            default -> state;
        };
    }

    static String styleOf(String state) {
        return switch (state) {
            case "waiting", "expired" -> "attention";
            case "applied", "partial" -> "active";
            case "failed", "uncertain", "drifted" -> "bad";
            case "applying", "releasing", "planned", "approved" -> "busy";
            default -> "quiet";
        };
    }
}
