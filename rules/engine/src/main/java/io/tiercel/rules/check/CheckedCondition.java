package io.tiercel.rules.check;

import java.util.List;

/** A valid condition and the warnings about it. */
public record CheckedCondition(CheckedExpr expr, List<ConditionWarning> warnings) {}
