package io.tiercel.rules.check;

import java.util.List;

/** A condition that passed the checks, and what is suspicious about it. */
public record CheckedCondition(CheckedExpr expr, List<ConditionWarning> warnings) {}
