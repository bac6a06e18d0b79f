package io.tiercel.sensor.prefilter;

import io.tiercel.rules.engine.Rule;
import java.util.List;
import java.util.Set;

/**
 * One bit in an event type's disjunct masks: one way in which an event can match.
 *
 * @param rules rules that the disjunct belongs to; several if the rules have more disjuncts than the mask has bits
 * @param condition condition that the event must meet, apart from its type
 * @param attributes attributes in the condition that the kernel can test
 */
record Disjunct(List<Rule> rules, Formula condition, Set<Attribute> attributes) {}
