package io.tiercel.rules.load;

import io.tiercel.rules.alert.AlertLimits;
import io.tiercel.rules.engine.ExtraField;
import java.nio.charset.StandardCharsets;

/** Warns of a rule whose alerts would all exceed a limit of the functions, whatever the event is. */
final class AlertSizeCheck {
    /** The quotes and the comma around a text in JSON. */
    private static final int JSON_BYTES = 3;

    private AlertSizeCheck() {}

    static void check(RuleDefinition rule, OutputCompiler.Compiled output, Warnings warnings) {
        if (rule.name().isBlank()) {
            warnings.add(
                    LoadCode.LOAD_UNDELIVERABLE_ALERTS,
                    rule.position(),
                    "the name of the rule is blank; the functions reject all its alerts",
                    "write a name");
        } else if (rule.name().length() > AlertLimits.MAX_RULE_CHARACTERS) {
            warnings.add(
                    LoadCode.LOAD_UNDELIVERABLE_ALERTS,
                    rule.position(),
                    "the name of the rule has " + rule.name().length()
                            + " characters; the functions reject all its alerts, because the maximum is "
                            + AlertLimits.MAX_RULE_CHARACTERS,
                    "write a shorter name, and the details in desc or output");
        }
        long bytes = minimumBytes(rule, output);
        if (bytes > AlertLimits.MAX_BYTES) {
            warnings.add(
                    LoadCode.LOAD_UNDELIVERABLE_ALERTS,
                    rule.position(),
                    "each alert of the rule has at least " + bytes
                            + " bytes; the functions reject all its alerts, because the maximum is "
                            + AlertLimits.MAX_BYTES,
                    "shorten the output and the tags");
        }
    }

    /** Returns a lower bound of the size of an alert: its constant texts, and an absent value for each field. */
    private static long minimumBytes(RuleDefinition rule, OutputCompiler.Compiled output) {
        long bytes = utf8(rule.name()) + output.output().minimumBytes();
        for (String tag : rule.tags()) {
            bytes += utf8(tag) + JSON_BYTES;
        }
        for (String field : output.output().fields().keySet()) {
            bytes += utf8(field) + JSON_BYTES;
        }
        for (ExtraField field : output.extraFields()) {
            bytes += utf8(field.name())
                    + JSON_BYTES
                    + (field.raw() ? 0 : field.format().minimumBytes());
        }
        return bytes;
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
