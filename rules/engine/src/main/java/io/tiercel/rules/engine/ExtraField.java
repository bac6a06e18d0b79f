package io.tiercel.rules.engine;

import io.tiercel.rules.format.OutputFormat;

/**
 * An output field of an alert that is not part of its text.
 *
 * @param name key in the output fields; for a raw field its name, such as {@code proc.aname[2]}
 * @param format format of the value; for a raw field a format that consists of its token
 * @param raw whether the value is the typed field value (number, text or list) instead of rendered text
 */
public record ExtraField(String name, OutputFormat format, boolean raw) {}
