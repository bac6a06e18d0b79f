package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;

/** The kill switch of responses. Absent texts are empty. */
public record KillSwitchView(boolean on, String by, String at, String reason) {
    /** Reads the body of {@code show-kill-switch}. */
    public static KillSwitchView of(JsonNode body) {
        return new KillSwitchView(
                Fields.flag(body, "on"), Fields.text(body, "by"), Fields.text(body, "at"), Fields.text(body, "reason"));
    }
}
