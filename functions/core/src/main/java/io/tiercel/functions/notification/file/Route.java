package io.tiercel.functions.notification.file;

import io.tiercel.rules.filter.AlertFilter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A route of the notification file.
 *
 * @param name a description for readers of the file
 * @param when the condition; null matches every incident
 * @param channels the channels that receive a matching incident
 * @param last whether a match ends the evaluation of further routes
 */
public record Route(String name, @Nullable AlertFilter when, Set<String> channels, boolean last) {}
