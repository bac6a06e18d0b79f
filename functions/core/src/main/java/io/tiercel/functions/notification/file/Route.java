package io.tiercel.functions.notification.file;

import io.tiercel.rules.filter.AlertFilter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of what.
 *
 * @param name for people
 * @param when the condition; null for always
 * @param channels those that are told where it holds
 * @param last whether no later route is looked at where it holds
 */
record Route(String name, @Nullable AlertFilter when, Set<String> channels, boolean last) {}
