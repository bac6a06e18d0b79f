package io.tiercel.sensor.prefilter;

import io.tiercel.rules.engine.Rule;
import java.util.List;
import java.util.Set;

/**
 * One bit of an event type's masks: a way in which an event can match.
 *
 * @param rules whose way it is: one, or several where there are more than bits
 * @param condition what the event has to fulfil, beside its type
 * @param attributes what of it the kernel can look at
 */
record Disjunct(List<Rule> rules, Formula condition, Set<Attribute> attributes) {}
