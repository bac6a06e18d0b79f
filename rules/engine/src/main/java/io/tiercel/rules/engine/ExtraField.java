package io.tiercel.rules.engine;

import io.tiercel.rules.format.OutputFormat;

/**
 * A field that is added to an alert's output fields without standing in its text.
 *
 * @param name key in the output fields; for a raw field its text, such as {@code proc.aname[2]}
 * @param format what is rendered as the value; for a raw field its own token, whose value is taken as it is
 * @param raw whether the value is the field's own (number, text, list) instead of rendered text
 */
public record ExtraField(String name, OutputFormat format, boolean raw) {}
