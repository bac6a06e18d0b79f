package io.tiercel.functions.respond.policy;

import io.tiercel.functions.enrich.TargetConfirmation;
import io.tiercel.functions.enrich.TargetConfirmation.Status;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.rules.text.TextLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The target of an action, as far as an enrichment identifies it.
 *
 * @param target the target; null if no source names it or if two sources contradict each other
 * @param confirmation whether all sources agree on the target
 */
public record IdentifiedTarget(@Nullable Target target, TargetConfirmation confirmation) {
    private static final int MAX_REASONS = 8;
    private static final int MAX_CHARACTERS = 400;

    /** Drops the target if two sources contradict each other. Alerts choose parts of the reasons, so they are cut. */
    public IdentifiedTarget {
        target = confirmation.status() == Status.CONTRADICTED ? null : target;
        confirmation = new TargetConfirmation(
                confirmation.status(),
                confirmation.reasons().stream()
                        .limit(MAX_REASONS)
                        .map(reason -> TextLimit.cut(reason, MAX_CHARACTERS, "[...]"))
                        .toList(),
                confirmation.retryable());
    }

    /** Returns whether the target is identified and confirmed. */
    public boolean confirmed() {
        return target != null && confirmation.confirmed();
    }

    /** Returns the missing or contradicting links, as messages for operators. */
    public List<String> reasons() {
        return confirmation.reasons();
    }
}
