package io.tiercel.functions.respond;

import org.jspecify.annotations.Nullable;

/**
 * One step of a plan.
 *
 * @param action e.g. {@code k8s:isolate-pod}
 * @param target what it would act on, e.g. {@code pod shop/cart-5f7}; null if it is not identified
 * @param policy the policy that asks for it
 * @param state {@code planned}, or {@code skipped: } and why
 * @param why what the policy says the step is for
 */
public record PlanStep(String action, @Nullable String target, String policy, String state, String why) {
    /** State of a step that would be done. */
    public static final String PLANNED = "planned";

    /** State of a step that has nothing to act on. */
    public static final String NO_TARGET = "skipped: target not identified";
}
